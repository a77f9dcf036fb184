/**
 * The command line: reads options, shows progress, sets exit codes, and leaves all else to the
 * other modules.
 */
package dev.rote.cli;

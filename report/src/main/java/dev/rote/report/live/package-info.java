/**
 * The live page: follows results directories and serves them on this machine. It reads files only,
 * so the runs may be trained by any process, on any machine that shares the file system.
 */
package dev.rote.report.live;

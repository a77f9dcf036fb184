/**
 * Studies and audits as library calls: planning, time estimates, devices, and worker processes that
 * train the runs and are replaced when they crash.
 */
package dev.rote.engine;

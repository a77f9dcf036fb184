/**
 * Training of one run. The trainer uses no files and no console: it gets images and labels, and
 * reports to a {@link dev.rote.run.RunSink}.
 */
package dev.rote.train;

/**
 * Training of one run. The trainer knows no file and no console: it is given images and labels and
 * reports to a {@link dev.rote.run.RunSink}.
 */
package dev.rote.train;

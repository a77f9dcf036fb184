/**
 * Training of one run. The trainer knows no file and no console: it is given images and labels and
 * tells a {@link dev.rote.run.RunSink} what happened.
 */
package dev.rote.train;

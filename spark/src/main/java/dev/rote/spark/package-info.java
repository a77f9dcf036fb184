/** Trains the runs of a study on Apache Spark: one run is one task. */
package dev.rote.spark;

/** Reads and writes tables in Apache Parquet. */
package dev.rote.parquet;

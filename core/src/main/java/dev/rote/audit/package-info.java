/**
 * Which labels of a data set are wrong, and how many: statistics from arrays to records, and what a
 * person decided about each label. Trains nothing and draws nothing.
 */
package dev.rote.audit;

/** Files that hand the runs of a planned study to schedulers of clusters. */
package dev.rote.cluster;

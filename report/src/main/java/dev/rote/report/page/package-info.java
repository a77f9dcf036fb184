/**
 * What a page shows, as records that become JSON: computed once, for the live page and the offline
 * report alike, from the records that {@code summary.csv} and the claims are made of.
 */
package dev.rote.report.page;

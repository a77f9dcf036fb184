/**
 * The sentences of Patel and Sastry (2021), each held against the runs at hand, with thresholds in
 * the open. See docs/claims.md for why they are what they are.
 */
package dev.rote.claim;

/**
 * Published claims, above all those of Patel and Sastry (2021), checked on runs with explicit
 * thresholds. docs/claims.md gives the reasons for each threshold.
 */
package dev.rote.claim;

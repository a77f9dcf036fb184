/**
 * The run directory: what a run writes while it trains, how an unfinished run continues, and how
 * all of it is read back. It is the only source of truth about a run.
 */
package dev.rote.run;

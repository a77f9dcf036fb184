/**
 * The run directory: what a run writes while it trains, how an unfinished one is taken up again,
 * and how all of it is read back. The only truth about a run.
 */
package dev.rote.run;

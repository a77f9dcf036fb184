/** The static figures of a report, from the runs there are: one class per kind of figure. */
package dev.rote.report.figures;

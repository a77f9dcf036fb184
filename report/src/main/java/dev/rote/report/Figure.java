package dev.rote.report;

import dev.rote.analysis.Setting;
import dev.rote.figure.Drawing;

/**
 * A figure of a report.
 *
 * @param name name of its files, without their ending
 * @param setting what its runs share
 * @param caption what is shown, how many seeds, what the band is
 * @param drawing the figure itself
 */
public record Figure(String name, Setting setting, String caption, Drawing drawing) {}

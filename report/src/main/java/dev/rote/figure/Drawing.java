package dev.rote.figure;

/** What can be drawn as SVG: bars, a chart, pairs of images or a matrix. */
public sealed interface Drawing permits Bars, Chart, ImagePairs, Matrix {
  /** Returns the heading. */
  String title();

  /** Returns a description for people who cannot see the figure. */
  String description();

  /** Returns an SVG document, or an SVG element of a page. */
  String svg(Theme theme);
}

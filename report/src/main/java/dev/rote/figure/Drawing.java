package dev.rote.figure;

/** What can be drawn as SVG: bars, a chart or a matrix. */
public sealed interface Drawing permits Bars, Chart, Matrix {
  /** Heading. */
  String title();

  /** What is to be seen, for people who cannot see it. */
  String description();

  /** An SVG document, or element of a page. */
  String svg(Theme theme);
}

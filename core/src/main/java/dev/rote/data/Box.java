package dev.rote.data;

import java.awt.image.BufferedImage;

/**
 * A rectangle in an upright image, in pixels or in fractions of its sides.
 *
 * @param left smallest x
 * @param top smallest y
 * @param width more than 0
 * @param height more than 0
 * @param relative whether these are fractions of the image's width and height
 */
record Box(double left, double top, double width, double height, boolean relative) {
  Box {
    if (!(width > 0 && height > 0) || !Double.isFinite(left + top + width + height)) {
      throw new IllegalArgumentException(
          "no box: " + left + " " + top + " " + width + " " + height);
    }
  }

  /**
   * Returns this part of an image; what hangs over the image's edge is left out.
   *
   * @param stored the image as it is stored
   * @param orientation how it has to be turned to be upright
   * @throws UnreadableImageException if the box lies outside of the image
   */
  BufferedImage cut(BufferedImage stored, int orientation) throws UnreadableImageException {
    boolean turned = Orientation.turnsSides(orientation);
    int seenWidth = turned ? stored.getHeight() : stored.getWidth();
    int seenHeight = turned ? stored.getWidth() : stored.getHeight();
    double scaleX = relative ? seenWidth : 1;
    double scaleY = relative ? seenHeight : 1;
    int x0 = (int) Math.max(0, Math.floor(left * scaleX));
    int y0 = (int) Math.max(0, Math.floor(top * scaleY));
    int x1 = (int) Math.min(seenWidth, Math.ceil((left + width) * scaleX));
    int y1 = (int) Math.min(seenHeight, Math.ceil((top + height) * scaleY));
    if (x1 <= x0 || y1 <= y0) {
      throw new UnreadableImageException(
          "has %d x %d pixels, and the box at x %s, y %s lies outside of it"
              .formatted(seenWidth, seenHeight, left, top));
    }
    // undo the turn: where rows or columns run backwards, or are exchanged
    boolean mirrorX = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    boolean mirrorY = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    int ax = turned ? y0 : x0;
    int bx = turned ? y1 : x1;
    int ay = turned ? x0 : y0;
    int by = turned ? x1 : y1;
    if (mirrorX) {
      int from = stored.getWidth() - bx;
      bx = stored.getWidth() - ax;
      ax = from;
    }
    if (mirrorY) {
      int from = stored.getHeight() - by;
      by = stored.getHeight() - ay;
      ay = from;
    }
    return stored.getSubimage(ax, ay, bx - ax, by - ay);
  }
}

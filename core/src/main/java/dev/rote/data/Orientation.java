package dev.rote.data;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * Turns images as their EXIF orientation says (CIPA DC-008, 4.6.4): a number from 1 to 8 in a JPEG,
 * PNG, WebP or TIFF file. A missing or malformed orientation counts as 1, upright, so that the
 * pixels can still be read.
 */
final class Orientation {
  private static final int UPRIGHT = 1;

  private Orientation() {}

  /** Returns the orientation that an image file states, 1 to 8. */
  static int of(byte[] file) {
    try {
      ExifIFD0Directory exif =
          ImageMetadataReader.readMetadata(new ByteArrayInputStream(file), file.length)
              .getFirstDirectoryOfType(ExifIFD0Directory.class);
      Integer orientation =
          exif == null ? null : exif.getInteger(ExifDirectoryBase.TAG_ORIENTATION);
      return orientation != null && orientation >= 1 && orientation <= 8 ? orientation : UPRIGHT;
    } catch (ImageProcessingException | IOException | RuntimeException e) {
      return UPRIGHT;
    }
  }

  /** Returns whether width and height change places. */
  static boolean turnsSides(int orientation) {
    return orientation >= 5;
  }

  /**
   * Returns the plane as it is meant to be seen.
   *
   * @param plane its values as they are stored, row by row
   * @param height of the plane as it is seen
   * @param width of the plane as it is seen
   */
  static float[] upright(float[] plane, int height, int width, int orientation) {
    if (orientation == UPRIGHT) {
      return plane;
    }
    int row = turnsSides(orientation) ? height : width;
    float[] upright = new float[plane.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int right = width - 1 - x;
        int bottom = height - 1 - y;
        int from =
            switch (orientation) {
              case 2 -> y * row + right;
              case 3 -> bottom * row + right;
              case 4 -> bottom * row + x;
              case 5 -> x * row + y;
              case 6 -> right * row + y;
              case 7 -> right * row + bottom;
              case 8 -> x * row + bottom;
              default -> throw new IllegalArgumentException("orientation " + orientation);
            };
        upright[y * width + x] = plane[from];
      }
    }
    return upright;
  }
}

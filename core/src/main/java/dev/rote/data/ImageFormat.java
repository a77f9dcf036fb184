package dev.rote.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Formats of image files that are read. */
enum ImageFormat {
  PNG("\211PNG\r\n\032\n", ".png", ".apng"),
  JPEG("\377\330\377", ".jpg", ".jpeg", ".jpe", ".jfif"),
  WEBP("RIFF????WEBP", ".webp"),
  TIFF("II*\0", ".tif", ".tiff"),
  BIG_ENDIAN_TIFF("MM\0*"),
  BMP("BM", ".bmp", ".dib"),
  GIF("GIF8", ".gif");

  /** How messages name them. */
  static final String NAMES = "PNG, JPEG, WebP, TIFF, BMP or GIF";

  /** Endings of image files that are not read, so that they can be reported. */
  private static final List<String> NOT_READ =
      List.of(
          ".heic", ".heif", ".hif", ".avif", ".jp2", ".j2k", ".jpf", ".jpx", ".jxl", ".jxr", ".ppm",
          ".pgm", ".pbm", ".pnm", ".pam", ".pfm", ".tga", ".ico", ".cur", ".svg", ".svgz", ".psd",
          ".xcf", ".pcx", ".sgi", ".ras", ".qoi", ".dds", ".hdr", ".exr", ".fits", ".dcm", ".dng",
          ".cr2", ".cr3", ".nef", ".arw", ".orf", ".rw2", ".raf", ".raw");

  private final String magic;
  private final List<String> endings;

  ImageFormat(String magic, String... endings) {
    this.magic = magic;
    this.endings = List.of(endings);
  }

  /** Number of bytes that {@link #of} looks at. */
  static final int MAGIC_LENGTH = 12;

  /** Returns the format that a file's first bytes show. */
  static Optional<ImageFormat> of(byte[] start) {
    return Arrays.stream(values()).filter(format -> format.fits(start)).findFirst();
  }

  private boolean fits(byte[] start) {
    if (start.length < magic.length()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if (magic.charAt(i) != '?' && (start[i] & 0xff) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the usual ending of a file's name. */
  String ending() {
    return endings.isEmpty() ? ".tif" : endings.get(0);
  }

  /**
   * Returns whether a file is an image by the ending of its name, whether its format is read or
   * not.
   */
  static boolean isImageName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return isUnreadName(name)
        || Arrays.stream(values())
            .flatMap(format -> format.endings.stream())
            .anyMatch(lower::endsWith);
  }

  /** Returns whether the ending of a file's name is that of an image format that is not read. */
  static boolean isUnreadName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return NOT_READ.stream().anyMatch(lower::endsWith);
  }
}

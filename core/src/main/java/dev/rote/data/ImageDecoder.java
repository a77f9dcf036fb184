package dev.rote.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.w3c.dom.Element;

/**
 * PNG, JPEG, BMP and GIF (the first frame on its screen), told apart by what is in the file, not by
 * its name.
 */
final class ImageDecoder {
  private static final List<String> FORMATS = List.of("png", "jpeg", "bmp", "gif");

  /** Where a JPEG has its colour profile. */
  private static final int PROFILE_SEGMENT = 0xe2;

  private static final long MAX_PIXELS = 200_000_000;

  private ImageDecoder() {}

  /**
   * Pixels as they are stored: EXIF orientation is not applied.
   *
   * @throws UnreadableImageException for what is no whole image
   */
  static BufferedImage decode(byte[] file) throws UnreadableImageException {
    try {
      // decoders apply a JPEG's profile, slowly, and refuse one that does not fit; none else's
      return image(JpegSegments.without(file, PROFILE_SEGMENT));
    } catch (IOException | RuntimeException e) {
      // the decoders answer broken files with exceptions of many kinds
      throw new UnreadableImageException(
          "is no readable " + ImageFile.FORMATS + " image: " + firstLine(e), e);
    }
  }

  private static String firstLine(Exception e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().lines().findFirst().orElse("");
  }

  private static BufferedImage image(byte[] file) throws IOException, UnreadableImageException {
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new UnreadableImageException("is no readable " + ImageFile.FORMATS + " image");
      }
      ImageReader reader = readers.next();
      try {
        String format = reader.getFormatName().toLowerCase(Locale.ROOT);
        if (!FORMATS.contains(format)) {
          throw new UnreadableImageException(
              "is not %s but %s; convert it or take it away"
                  .formatted(ImageFile.FORMATS, format.toUpperCase(Locale.ROOT)));
        }
        boolean gif = format.equals("gif");
        reader.setInput(stream, true, !gif);
        requireArea((long) reader.getWidth(0) * reader.getHeight(0));
        boolean[] truncated = {false};
        reader.addIIOReadWarningListener(
            (source, warning) -> {
              // a truncated JPEG is no error to the decoder, which fills up with grey
              String lower = warning.toLowerCase(Locale.ROOT);
              truncated[0] |= lower.contains("truncated") || lower.contains("premature end");
            });
        BufferedImage image;
        if (format.equals("jpeg") && JpegColours.isFourInks(file)) {
          image = JpegColours.rgb(reader.readRaster(0, null), file);
        } else {
          image = reader.read(0);
        }
        if (truncated[0]) {
          throw new UnreadableImageException("is truncated");
        }
        return gif ? onScreen(image, reader) : image;
      } finally {
        reader.dispose();
      }
    }
  }

  private static void requireArea(long area) throws UnreadableImageException {
    if (area > MAX_PIXELS) {
      throw new UnreadableImageException(
          "has %d pixels, more than the %d that are read".formatted(area, MAX_PIXELS));
    }
  }

  /** The frame at its place on the GIF's screen, which is black elsewhere. */
  private static BufferedImage onScreen(BufferedImage frame, ImageReader reader)
      throws IOException, UnreadableImageException {
    Element place = element(reader.getImageMetadata(0), "ImageDescriptor");
    Element screen = element(reader.getStreamMetadata(), "LogicalScreenDescriptor");
    int left = number(place, "imageLeftPosition");
    int top = number(place, "imageTopPosition");
    int width = Math.max(left + frame.getWidth(), number(screen, "logicalScreenWidth"));
    int height = Math.max(top + frame.getHeight(), number(screen, "logicalScreenHeight"));
    if (width == frame.getWidth() && height == frame.getHeight()) {
      return frame;
    }
    requireArea((long) width * height);
    BufferedImage whole = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[frame.getWidth()];
    for (int y = 0; y < frame.getHeight(); y++) {
      frame.getRGB(0, y, row.length, 1, row, 0, row.length);
      whole.setRGB(left, top + y, row.length, 1, row, 0, row.length);
    }
    return whole;
  }

  private static Element element(IIOMetadata metadata, String name) throws IOException {
    IIOMetadataNode tree =
        (IIOMetadataNode) metadata.getAsTree(metadata.getNativeMetadataFormatName());
    if (tree.getElementsByTagName(name).item(0) instanceof Element found) {
      return found;
    }
    throw new IOException("no " + name);
  }

  private static int number(Element element, String attribute) {
    return Integer.parseInt(element.getAttribute(attribute));
  }
}

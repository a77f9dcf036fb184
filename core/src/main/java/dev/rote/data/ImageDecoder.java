package dev.rote.data;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.SampleModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import org.w3c.dom.Element;

/**
 * Decodes image files within bounds of memory and time. The format is determined by the content,
 * not by the name. Only the first of several frames or pages is used.
 */
final class ImageDecoder {
  private static final long MAX_PIXELS = 200_000_000;
  private static final int MAX_SIDE = 1_000_000;

  /** An image with more pixels is subsampled: whole rows and columns are left out. */
  private static final long DECODED_PIXELS = 24_000_000;

  /** A decoder of WebP needs up to 18 bytes for each pixel. */
  private static final long WEBP_PIXELS = 16_000_000;

  private static final Duration MOST_TIME = Duration.ofSeconds(30);

  /** TwelveMonkeys' reader of bits in lossless WebP looks nine bytes ahead. */
  private static final int WEBP_LOOKAHEAD = 9;

  private ImageDecoder() {}

  /**
   * Decodes the pixels as they are stored; EXIF orientation and colour profiles are not applied.
   *
   * @throws UnreadableImageException if this is not a complete image, or it is too large or too
   *     slow
   */
  static BufferedImage decode(byte[] file) throws UnreadableImageException {
    return decode(file, MOST_TIME);
  }

  /** Decodes as {@link #decode(byte[])} does, within another time. */
  static BufferedImage decode(byte[] file, Duration most) throws UnreadableImageException {
    return ImageFormat.of(file).filter(format -> format == ImageFormat.WEBP).isPresent()
        ? decodeInOtherThread(file, most)
        : decodeInThisThread(file, most);
  }

  /**
   * Decodes in a thread of its own, which is left alone when time is up. A lossless WebP can ask
   * for any number of passes over its pixels, in which its decoder reads nothing that could stop it
   * and reports no progress.
   */
  private static BufferedImage decodeInOtherThread(byte[] file, Duration most)
      throws UnreadableImageException {
    CompletableFuture<BufferedImage> image = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                image.complete(decodeInThisThread(file, most));
              } catch (UnreadableImageException | RuntimeException | Error e) {
                image.completeExceptionally(e);
              }
            },
            "image-decoder");
    thread.setDaemon(true);
    thread.start();
    try {
      return image.orTimeout(most.toNanos(), TimeUnit.NANOSECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UnreadableImageException unreadable) {
        throw unreadable;
      }
      if (e.getCause() instanceof TimeoutException) {
        throw new UnreadableImageException(ImageFileStream.tooSlow(most));
      }
      throw e;
    }
  }

  /** Decodes in the caller's thread, which reading the file stops when time is up. */
  static BufferedImage decodeInThisThread(byte[] file, Duration most)
      throws UnreadableImageException {
    ImageFormat format = ImageFormat.of(file).orElseThrow(ImageDecoder::unknownFormat);
    if (format == ImageFormat.WEBP) {
      LossyWebp.requireData(file, WEBP_PIXELS);
    }
    try (ImageFileStream stream =
        new ImageFileStream(
            format == ImageFormat.JPEG ? withoutProfile(file) : file,
            format == ImageFormat.WEBP ? WEBP_LOOKAHEAD : 0,
            most)) {
      BufferedImage image = image(stream, format);
      requireIntegers(image);
      return image;
    } catch (IOException | RuntimeException e) {
      throw unreadable(e);
    }
  }

  /**
   * Returns width and height of an image as its file states them.
   *
   * @throws UnreadableImageException if this is not an image
   */
  static int[] size(byte[] file) throws UnreadableImageException {
    try (ImageFileStream stream = new ImageFileStream(file, 0, MOST_TIME)) {
      ImageReader reader = reader(stream);
      try {
        reader.setInput(stream, true, true);
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        requireSize(width, height, MAX_PIXELS);
        return new int[] {width, height};
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      throw unreadable(e);
    }
  }

  private static UnreadableImageException unknownFormat() {
    return new UnreadableImageException("is not a readable " + ImageFormat.NAMES + " image");
  }

  /** Returns the reason for an exception; decoders throw many kinds of them for broken files. */
  private static UnreadableImageException unreadable(Exception e) {
    String reason =
        e.getMessage() == null
            ? e.getClass().getSimpleName()
            : e.getMessage().lines().findFirst().orElse("");
    return new UnreadableImageException(
        "is not a readable " + ImageFormat.NAMES + " image: " + reason, e);
  }

  private static ImageReader reader(ImageFileStream stream) throws UnreadableImageException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
    if (!readers.hasNext()) {
      throw unknownFormat();
    }
    return readers.next();
  }

  private static BufferedImage image(ImageFileStream stream, ImageFormat format)
      throws IOException, UnreadableImageException {
    ImageReader reader = reader(stream);
    try {
      boolean gif = format == ImageFormat.GIF;
      reader.setInput(stream, true, !gif);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      // Decoders of GIF and WebP make the whole image before they leave pixels out.
      requireSize(
          width,
          height,
          gif ? DECODED_PIXELS : format == ImageFormat.WEBP ? WEBP_PIXELS : MAX_PIXELS);
      boolean[] truncated = {false};
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            // a truncated JPEG is not an error to the decoder, which fills up with grey
            String lower = warning.toLowerCase(Locale.ROOT);
            truncated[0] |= lower.contains("truncated") || lower.contains("premature end");
          });
      ImageReadParam param = reader.getDefaultReadParam();
      int step = (int) Math.ceil(Math.sqrt((double) width * height / DECODED_PIXELS));
      if (step > 1) {
        param.setSourceSubsampling(Math.min(step, width), Math.min(step, height), 0, 0);
      }
      BufferedImage image = reader.read(0, param);
      if (truncated[0]) {
        throw new UnreadableImageException("is truncated");
      }
      return gif ? onScreen(image, reader) : image;
    } finally {
      reader.dispose();
    }
  }

  private static void requireSize(int width, int height, long pixels)
      throws UnreadableImageException {
    if (width < 1 || height < 1) {
      throw new UnreadableImageException(
          "states a size of %d x %d pixels".formatted(width, height));
    }
    if ((long) width * height > pixels || Math.max(width, height) > MAX_SIDE) {
      throw new UnreadableImageException(
          "has %,d x %,d pixels; images of up to %,d pixels with sides of up to %,d are read"
              .formatted(width, height, pixels, MAX_SIDE));
    }
  }

  private static void requireIntegers(BufferedImage image) throws UnreadableImageException {
    SampleModel samples = image.getSampleModel();
    int type = samples.getDataType();
    boolean wide = samples.getNumBands() > 0 && samples.getSampleSize(0) > 16;
    if (type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE || wide) {
      throw new UnreadableImageException(
          "has samples of more than 16 bits or of floating point; convert it to 8 or 16 bits");
    }
  }

  /**
   * Removes the colour profile of a JPEG (APP2 segments; ITU-T T.81, annex B): decoders apply it,
   * slowly, and refuse one that does not fit, while no other format's profile is applied.
   */
  private static byte[] withoutProfile(byte[] file) {
    ByteArrayOutputStream rest = new ByteArrayOutputStream(file.length);
    int at = 2;
    rest.write(file, 0, at);
    while (at + 4 <= file.length && file[at] == (byte) 0xff && (file[at + 1] & 0xff) < 0xff) {
      int marker = file[at + 1] & 0xff;
      int end = at + 2 + ((file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff);
      if (marker == 0xda || end > file.length || end < at + 4) { // start of scan, or damage
        break;
      }
      if (marker != 0xe2) {
        rest.write(file, at, end - at);
      }
      at = end;
    }
    rest.write(file, at, file.length - at);
    return rest.toByteArray();
  }

  /** Returns the frame at its place on the GIF's screen, which is black elsewhere. */
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
    requireSize(width, height, DECODED_PIXELS);
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
    throw new IIOException("no " + name);
  }

  private static int number(Element element, String attribute) {
    return Integer.parseInt(element.getAttribute(attribute));
  }
}

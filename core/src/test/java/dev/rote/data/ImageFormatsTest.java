package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.text.InputException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What files of people's own look like: formats, orientation, inks, profiles, broken ones. */
class ImageFormatsTest {
  /** The four quarters, 32 x 16, written by Pillow 12.3. */
  static final String LOSSLESS_WEBP =
      "UklGRkQAAABXRUJQVlA4TDgAAAAvH8ADAB8gEEhG2p8qHIEAsSLBf4UUCQIBQor/GikS5j986JABQbbNJCc5yQNcIKL/UaX62zaAHw==";

  static final String LOSSY_WEBP =
      "UklGRlIAAABXRUJQVlA4IEYAAACQAgCdASogABAAAMASJaACdMoRwN4B+AH6gARGMAD+/Lnv//2Dmv/ZpvOMSf/jsv/8hlohnMV/1vp///X9I5kwb1i+AAAA";

  private static final int[] QUARTERS = {0xe01010, 0x10e010, 0x1010e0, 0xf0f0f0};

  /** What a JPEG of these colours may be off by. */
  private static final int JPEG_LOSS = 8;

  /** CMYK of four quarters with Adobe's segment, 16 x 16, written by Pillow 12.3. */
  private static final String INKS =
      "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EABcAAQEBAQAAAAAAAAAAAAAAAAoICQf/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADgRDAE0AWQBLAAA/AN/B/wAf9v4AGf438S+cIg9TCD3eF4NaBk3/2Q==";

  @TempDir private Path root;

  @BeforeEach
  void someImageOfAnotherClass() throws IOException {
    put("other/1.png", bytes("png", quarters(QUARTERS)));
  }

  /** An image of 32 x 16 pixels: top left, top right, bottom left, bottom right. */
  private static BufferedImage quarters(int... colours) {
    BufferedImage image = new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 32; x++) {
        image.setRGB(x, y, colours[y / 8 * 2 + x / 16]);
      }
    }
    return image;
  }

  private static byte[] bytes(String format, BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).isTrue();
    return out.toByteArray();
  }

  private void put(String path, byte[] content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private static DataSpec spec(String dataset, Path path, int size, boolean grey) {
    return DataSpec.of(dataset, Optional.of(path.toString())).withImages(Optional.of(size), grey);
  }

  /** Colours of a pixel in the middle of each quarter of the only image of class 'image'. */
  private int[] read(byte[] content, String name) throws IOException {
    put("image/" + name, content);
    LabelledImages images = DataSets.load(spec("folder", root, 16, false)).train();
    assertThat(images.paths().orElseThrow().get(0)).isEqualTo("image/" + name);
    int[] colours = new int[4];
    for (int quarter = 0; quarter < 4; quarter++) {
      int at = (4 + quarter / 2 * 8) * 16 + 4 + quarter % 2 * 8;
      for (int c = 0; c < 3; c++) {
        colours[quarter] = colours[quarter] << 8 | images.pixels()[c * 256 + at] & 0xff;
      }
    }
    return colours;
  }

  private static void same(int[] colours, int[] expected, int tolerance) {
    for (int i = 0; i < expected.length; i++) {
      for (int shift = 0; shift < 24; shift += 8) {
        assertThat(colours[i] >> shift & 0xff)
            .as("quarter %d of %s", i, hex(colours))
            .isBetween(
                (expected[i] >> shift & 0xff) - tolerance,
                (expected[i] >> shift & 0xff) + tolerance);
      }
    }
  }

  private static String hex(int[] colours) {
    return Arrays.toString(Arrays.stream(colours).mapToObj(Integer::toHexString).toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif", "jpg"})
  void formatsAreReadWhateverTheFileIsCalled(String format) throws IOException {
    int tolerance = format.equals("jpg") ? JPEG_LOSS : 0;
    byte[] content = bytes(format, quarters(QUARTERS));
    same(read(content, "1." + format), QUARTERS, tolerance);
    Files.delete(root.resolve("image/1." + format));
    same(read(content, "1.JPE"), QUARTERS, tolerance);
  }

  @Test
  void bitmapsWithPalettesAreRead() throws IOException {
    byte[] light = {0x10, (byte) 0xe0};
    IndexColorModel palette = new IndexColorModel(1, 2, light, light, light);
    BufferedImage image = new BufferedImage(32, 16, BufferedImage.TYPE_BYTE_BINARY, palette);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 16; x++) {
        image.getRaster().setSample(x, y, 0, 1);
      }
    }
    for (String format : new String[] {"bmp", "png", "gif"}) {
      int[] colours = read(bytes(format, image), "1." + format);
      same(colours, new int[] {0xe0e0e0, 0x101010, 0x101010, 0x101010}, 0);
      Files.delete(root.resolve("image/1." + format));
    }
  }

  @Test
  void ofAMovingGifTheFirstFrameCounts() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.prepareWriteSequence(null);
      writer.writeToSequence(new IIOImage(quarters(QUARTERS), null, null), null);
      writer.writeToSequence(new IIOImage(quarters(0, 0, 0, 0), null, null), null);
      writer.endWriteSequence();
    }
    writer.dispose();
    same(read(out.toByteArray(), "moving.gif"), QUARTERS, 0);
  }

  @Test
  void aGifFrameStandsAtItsPlaceOnTheScreen() throws IOException {
    byte[] gif = bytes("gif", quarters(0xe0e0e0, 0xe0e0e0, 0xe0e0e0, 0xe0e0e0));
    ByteBuffer fields = ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN);
    int colours = 3 * (1 << (gif[10] & 7) + 1);
    int at = 13 + colours;
    while (gif[at] == 0x21) { // extensions
      at += 2;
      while (gif[at] != 0) {
        at += 1 + (gif[at] & 0xff);
      }
      at++;
    }
    assertThat(gif[at]).isEqualTo((byte) 0x2c);
    // screen of 64 x 32, frame of 32 x 16 in its bottom right quarter
    fields.putShort(6, (short) 64).putShort(8, (short) 32);
    fields.putShort(at + 1, (short) 32).putShort(at + 3, (short) 16);
    same(read(gif, "placed.gif"), new int[] {0, 0, 0, 0xe0e0e0}, 0);
    // a frame that hangs over the screen makes it larger
    fields.putShort(6, (short) 33).putShort(8, (short) 17);
    same(read(gif, "placed.gif"), new int[] {0, 0, 0, 0xe0e0e0}, 0);
  }

  /**
   * The table of the EXIF standard: which side of what is seen row 0 and column 0 as stored are.
   */
  @ParameterizedTest
  @CsvSource({
    "1, top, left",
    "2, top, right",
    "3, bottom, right",
    "4, bottom, left",
    "5, left, top",
    "6, right, top",
    "7, right, bottom",
    "8, left, bottom"
  })
  void orientationIsThatOfTheStandard(int orientation, String row0, String column0)
      throws IOException {
    boolean turned = row0.equals("left") || row0.equals("right");
    int[] stored = new int[4];
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 2; column++) {
        int alongRow0 = row0.equals("top") || row0.equals("left") ? row : 1 - row;
        int alongColumn0 = column0.equals("top") || column0.equals("left") ? column : 1 - column;
        int seenRow = turned ? alongColumn0 : alongRow0;
        int seenColumn = turned ? alongRow0 : alongColumn0;
        stored[2 * row + column] = QUARTERS[2 * seenRow + seenColumn];
      }
    }
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      byte[] exif = exif(order, orientation);
      same(read(inJpeg(bytes("jpg", quarters(stored)), exif), "1.jpg"), QUARTERS, JPEG_LOSS);
      Files.delete(root.resolve("image/1.jpg"));
      same(read(inPng(bytes("png", quarters(stored)), exif), "1.png"), QUARTERS, 0);
      BufferedImage preview = preview(root.resolve("image/1.png"), 100);
      assertThat(preview.getWidth()).as("keeps its proportions").isEqualTo(turned ? 16 : 32);
      assertThat(preview.getHeight()).isEqualTo(turned ? 32 : 16);
      same(quarters(preview), QUARTERS, 0);
      Files.delete(root.resolve("image/1.png"));
    }
  }

  private static BufferedImage preview(Path file, int longest) throws IOException {
    byte[] image = ImagePreview.of(file, longest).orElseThrow();
    return ImageIO.read(new ByteArrayInputStream(image));
  }

  /** Colours of a pixel in the middle of each quarter. */
  private static int[] quarters(BufferedImage image) {
    int[] colours = new int[4];
    for (int quarter = 0; quarter < 4; quarter++) {
      int x = (1 + quarter % 2 * 2) * image.getWidth() / 4;
      int y = (1 + quarter / 2 * 2) * image.getHeight() / 4;
      colours[quarter] = image.getRGB(x, y) & 0xffffff;
    }
    return colours;
  }

  @Test
  void previewsAreSmallJpegs() throws IOException {
    BufferedImage large = new BufferedImage(640, 320, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 320; y++) {
      for (int x = 0; x < 640; x++) {
        large.setRGB(x, y, QUARTERS[y / 160 * 2 + x / 320]);
      }
    }
    put("large.png", bytes("png", large));
    byte[] jpeg = ImagePreview.of(root.resolve("large.png"), 200).orElseThrow();
    assertThat(jpeg).startsWith(0xff, 0xd8, 0xff);
    BufferedImage small = ImageIO.read(new ByteArrayInputStream(jpeg));
    assertThat(small.getWidth()).isEqualTo(200);
    assertThat(small.getHeight()).isEqualTo(100);
    same(quarters(small), QUARTERS, JPEG_LOSS);
    put("broken.png", Arrays.copyOf(bytes("png", large), 100));
    assertThat(ImagePreview.of(root.resolve("broken.png"), 200)).isEmpty();
    assertThat(ImagePreview.of(root.resolve("absent.png"), 200)).isEmpty();
  }

  @Test
  void orientationThatMakesNoSenseIsNone() throws IOException {
    byte[] jpeg = bytes("jpg", quarters(QUARTERS));
    byte[] exif = exif(ByteOrder.BIG_ENDIAN, 6);
    for (int orientation : new int[] {0, 9, 65535}) {
      byte[] file = inJpeg(jpeg, exif(ByteOrder.BIG_ENDIAN, orientation));
      assertThat(Orientation.of(file)).isEqualTo(1);
    }
    assertThat(Orientation.of(inJpeg(jpeg, exif))).isEqualTo(6);
    for (int length = 0; length < exif.length - 6; length++) {
      assertThat(Orientation.of(inJpeg(jpeg, Arrays.copyOf(exif, length)))).isEqualTo(1);
    }
    byte[] far = exif.clone();
    far[4] = (byte) 0xff; // a directory beyond the end
    assertThat(Orientation.of(inJpeg(jpeg, far))).isEqualTo(1);
    same(read(inJpeg(jpeg, far), "1.jpg"), QUARTERS, JPEG_LOSS);
    byte[] png = inPng(bytes("png", quarters(QUARTERS)), exif);
    for (int length = 0; length < png.length; length++) {
      Orientation.of(Arrays.copyOf(png, length)); // must not throw
    }
  }

  /** A TIFF header with one directory: a tag before the orientation, the orientation. */
  private static byte[] exif(ByteOrder order, int orientation) {
    return ByteBuffer.allocate(38)
        .put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII))
        .order(order)
        .putShort((short) 42)
        .putInt(8)
        .putShort((short) 2)
        .putShort((short) 0x0103)
        .putShort((short) 3)
        .putInt(1)
        .putInt(0)
        .putShort((short) 0x0112)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) orientation)
        .putShort((short) 0)
        .putInt(0)
        .array();
  }

  private static byte[] inJpeg(byte[] jpeg, byte[] exif) {
    return withSegment(
        jpeg, 0xe1, concatenated("Exif\0\0".getBytes(StandardCharsets.US_ASCII), exif));
  }

  private static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
    return ByteBuffer.allocate(jpeg.length + 4 + content.length)
        .put(jpeg, 0, 2)
        .put((byte) 0xff)
        .put((byte) marker)
        .putShort((short) (2 + content.length))
        .put(content)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  private static byte[] inPng(byte[] png, byte[] exif) {
    byte[] chunk = concatenated("eXIf".getBytes(StandardCharsets.US_ASCII), exif);
    CRC32 crc = new CRC32();
    crc.update(chunk);
    int afterHeader = 8 + 12 + 13;
    return ByteBuffer.allocate(png.length + 8 + chunk.length)
        .put(png, 0, afterHeader)
        .putInt(exif.length)
        .put(chunk)
        .putInt((int) crc.getValue())
        .put(png, afterHeader, png.length - afterHeader)
        .array();
  }

  private static byte[] concatenated(byte[] a, byte[] b) {
    return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
  }

  @Test
  void fourInksBecomeColours() throws IOException {
    byte[] inks = Base64.getDecoder().decode(INKS);
    // what Pillow reads: (1 − ink)(1 − black) of the inks (0,255,255,0), (255,0,128,40), …
    same(read(inks, "inks.jpg"), new int[] {0xff0000, 0x00d76b, 0x897764, 0x000000}, 1);
    int adobe = new String(inks, StandardCharsets.ISO_8859_1).indexOf("Adobe");
    inks[adobe + 11] = 2;
    // the same samples as YCCK, as Pillow reads them
    same(read(inks, "inks.jpg"), new int[] {0xb300e3, 0xd7d719, 0x003000, 0x000000}, 1);
  }

  @Test
  void colourProfilesAreIgnoredEvenWhereTheyDoNotFit() throws IOException {
    byte[] jpeg = bytes("jpg", quarters(QUARTERS));
    byte[] prefix = "ICC_PROFILE\0\1\1".getBytes(StandardCharsets.ISO_8859_1);
    for (int space : new int[] {ColorSpace.CS_LINEAR_RGB, ColorSpace.CS_GRAY}) {
      byte[] profile = ICC_Profile.getInstance(space).getData();
      same(
          read(withSegment(jpeg, 0xe2, concatenated(prefix, profile)), "1.jpg"),
          QUARTERS,
          JPEG_LOSS);
    }
    same(read(withSegment(jpeg, 0xe2, prefix), "1.jpg"), QUARTERS, JPEG_LOSS);
  }

  /** Files of the four quarters, 32 x 16, written by Pillow 12.3. */
  @ParameterizedTest
  @CsvSource({
    "webp, 0, " + LOSSLESS_WEBP,
    "webp, 16, " + LOSSY_WEBP,
    "webp, 0,"
        + " UklGRnYAAABXRUJQVlA4WAoAAAAIAAAADwAAHwAAVlA4TDYAAAAvD8AHAB8gEEhG2p8qHIEAsSLBf4UUCQIBQor/GikS5j986JABQbbNJCc5yQNcIKL/ofCt7QtFWElGGgAAAE1NACoAAAAIAAEBEgADAAAAAQAGAAAAAAAA",
    "tif, 0,"
        + " SUkqAJoAAACAOAIBCBQSBwWEQeFQaGQmGwuCw+JQ6KRCLROMRmKxqLxGNx+OyGMSCOSWSSaRSSQSqUy2MyiYSyDTKaS6PTacSiazGXTyfSuczuT0KgyGiT+L0ilQ6l0WGvCoVGpVOqVWrVeo06jxSsV2vV+oVqxU+wWWzWGm0uz2uv2Otwe2XGr263XK7VO6Wq73u81u93uAgAoAAAEDAAEAAAAgAAAAAQEDAAEAAAAQAAAAAgEDAAMAAAAYAQAAAwEDAAEAAAAFAAAABgEDAAEAAAACAAAAEQEEAAEAAAAIAAAAFQEDAAEAAAADAAAAFgEDAAEAAAAQAAAAFwEEAAEAAACSAAAAHAEDAAEAAAABAAAAAAAAAAgACAAIAA==",
    "tif, 0,"
        + " SUkqADAAAAB4nHsgIPCAFESa6gekKh81f9R8uppPqoYPJIJR80fNH8zmAwAnOOgfCgAAAQMAAQAAACAAAAABAQMAAQAAABAAAAACAQMAAwAAAK4AAAADAQMAAQAAAAgAAAAGAQMAAQAAAAIAAAARAQQAAQAAAAgAAAAVAQMAAQAAAAMAAAAWAQMAAQAAABAAAAAXAQQAAQAAACgAAAAcAQMAAQAAAAEAAAAAAAAACAAIAAgA"
  })
  void webpAndTiffAsPillowWritesThemAreRead(String ending, int loss, String base64)
      throws IOException {
    byte[] file = Base64.getDecoder().decode(base64);
    same(read(file, "1." + ending), QUARTERS, loss);
    for (int length = 0; length < file.length; length += 7) {
      put("image/1." + ending, Arrays.copyOf(file, length)); // must not hang or run out of memory
      ImagePreview.of(root.resolve("image/1." + ending), 16);
    }
  }

  @Test
  void losslessWebpThatEndsTooEarlyIsRefused() throws UnreadableImageException {
    byte[] file = Base64.getDecoder().decode(LOSSLESS_WEBP);
    for (int length = 30; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> ImageDecoder.decode(cut))
          .as("%d of %d bytes", length, file.length)
          .isInstanceOf(UnreadableImageException.class)
          .hasMessageContaining("end too early");
    }
    assertThat(ImageDecoder.decode(file).getWidth()).isEqualTo(32);
  }

  @ParameterizedTest
  @CsvSource({"3200, 3200, cannot hold 3_200 x 3_200", "16383, 16383, up to 16_000_000"})
  void lossyWebpWithoutDataForItsSizeIsRefused(int width, int height, String reason) {
    byte[] frame = Base64.getDecoder().decode(LOSSY_WEBP);
    ByteBuffer.wrap(frame)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort(26, (short) width)
        .putShort(28, (short) height);
    // the same frame alone, and in a file whose header states a small size
    ByteBuffer extended = ByteBuffer.allocate(frame.length + 18).order(ByteOrder.LITTLE_ENDIAN);
    extended.put(frame, 0, 12).putInt(4, frame.length + 10);
    extended.put("VP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10).putInt(0);
    extended.put(new byte[] {31, 0, 0, 15, 0, 0}).put(frame, 12, frame.length - 12);
    for (byte[] file : List.of(frame, extended.array())) {
      assertThatThrownBy(() -> ImageDecoder.decode(file))
          .isInstanceOf(UnreadableImageException.class)
          .hasMessageContaining(reason.replace('_', ','));
    }
  }

  @Test
  void webpThatAsksForTooManyPassesOverItsPixelsIsGivenUp() throws UnreadableImageException {
    // Each pass undoes "subtract green" again; the specification allows one.
    assertThat(ImageDecoder.decode(plainWebp(1)).getRGB(9, 9)).isEqualTo(0xff_00_80_00);
    assertThatThrownBy(() -> ImageDecoder.decode(plainWebp(20), Duration.ofMillis(20)))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("takes more than");
  }

  /** A lossless WebP of 2,000 x 2,000 pixels whose codes have one symbol each, and no bits. */
  private static byte[] plainWebp(int passes) {
    BitSet bits = new BitSet();
    int[] at = {0};
    BiConsumer<Integer, Integer> put =
        (value, count) -> {
          for (int i = 0; i < count; i++) {
            bits.set(at[0]++, (value >> i & 1) == 1);
          }
        };
    put.accept(0x2f, 8);
    put.accept(1_999, 14);
    put.accept(1_999, 14);
    put.accept(0, 4); // no alpha, version 0
    for (int pass = 0; pass < passes; pass++) {
      put.accept(1 | 2 << 1, 3); // subtract green
    }
    put.accept(0, 3); // no further transform, no colour cache, one group of codes
    for (int symbol : new int[] {0x80, 0x80, 0x80, 0xff, 0}) {
      put.accept(1 | 0 << 1 | 1 << 2 | symbol << 3, 11); // simple code, one symbol of 8 bits
    }
    byte[] data = Arrays.copyOf(bits.toByteArray(), (at[0] + 15) / 16 * 2);
    ByteBuffer file = ByteBuffer.allocate(20 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(12 + data.length);
    file.put("WEBPVP8L".getBytes(StandardCharsets.US_ASCII)).putInt(data.length).put(data);
    return file.array();
  }

  @Test
  void anImageOfOneColumnAndAHundredMillionRowsIsLeftOutByName() throws IOException {
    put("image/1.png", bytes("png", quarters(QUARTERS)));
    put("image/tall.png", blackPng(1, 100_000_000));
    ReadDataSet read = DataSets.read(spec("folder", root, 2, false).leavingOutUnreadable());
    assertThat(read.unreadable())
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.path()).isEqualTo("image/tall.png");
              assertThat(file.reason()).contains("1 x 100,000,000 pixels", "1,000,000");
            });
  }

  @Test
  void largeImagesAreSubsampled() throws IOException, UnreadableImageException {
    put("image/wide.png", blackPng(8_000, 8_000));
    assertThat(ImageDecoder.decode(Files.readAllBytes(root.resolve("image/wide.png"))))
        .satisfies(image -> assertThat(image.getWidth()).isEqualTo(4_000));
  }

  /** Black, grey of one bit. */
  private static byte[] blackPng(int width, int height) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflated = new DeflaterOutputStream(data)) {
      byte[] row = new byte[1 + (width + 7) / 8];
      // of a hundred million rows a few thousand will do: nobody gets as far
      for (int y = 0; y < Math.min(height, 8_000); y++) {
        deflated.write(row);
      }
    }
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put(new byte[] {1, 0, 0, 0, 0});
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 26, '\n'});
    chunk(png, "IHDR", header.array());
    chunk(png, "IDAT", data.toByteArray());
    chunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] data)
      throws IOException {
    byte[] content = concatenated(type.getBytes(StandardCharsets.US_ASCII), data);
    CRC32 crc = new CRC32();
    crc.update(content);
    png.write(ByteBuffer.allocate(4).putInt(data.length).array());
    png.write(content);
    png.write(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  @Test
  void unreadableFilesAreLeftOutAndListedWhereAsked() throws IOException {
    byte[] png = bytes("png", quarters(QUARTERS));
    put("image/1-cut.png", Arrays.copyOf(png, png.length / 2));
    put("image/2.png", bytes("png", quarters(0, 0, 0, 0)));
    put("image/3.heic", new byte[10]);
    put("image/4-text.jpg", "no image".getBytes(StandardCharsets.US_ASCII));
    put("image/5.gif", bytes("gif", quarters(QUARTERS)));
    put("image/6-empty.bmp", new byte[0]);
    DataSpec spec = spec("folder", root, 2, true);
    ReadDataSet read = DataSets.read(spec.leavingOutUnreadable());
    assertThat(read.unreadable())
        .extracting(UnreadableFile::path)
        .containsExactly(
            "image/1-cut.png", "image/3.heic", "image/4-text.jpg", "image/6-empty.bmp");
    assertThat(read.unreadable())
        .allSatisfy(file -> assertThat(file.reason()).startsWith("is ").doesNotContain("\n"));
    LabelledImages images = read.data().train();
    assertThat(images.paths().orElseThrow())
        .containsExactly("image/2.png", "image/5.gif", "other/1.png");
    // ids stay the positions in the listing
    assertThat(images.ids()).containsExactly(1, 4, 6);
    assertThat(images.labels()).containsExactly(0, 0, 1);
    assertThat(Arrays.copyOf(images.pixels(), 4)).containsOnly(0);
    assertThat(Arrays.copyOfRange(images.pixels(), 4, 8))
        .isEqualTo(Arrays.copyOfRange(images.pixels(), 8, 12));
    assertThatThrownBy(() -> DataSets.load(spec)).hasMessageContaining("3.heic");
  }

  @Test
  void ofAManifestRowsWithoutAnImageAreLeftOut() throws IOException {
    byte[] png = bytes("png", quarters(QUARTERS));
    put("1.png", png);
    put("2.png", Arrays.copyOf(png, 20));
    String rows = "path,label,original_label\nabsent.png,a,b\n1.png,b,a\n2.png,a,a\n1.png,a,c\n";
    put("list.csv", rows.getBytes(StandardCharsets.UTF_8));
    DataSpec spec = spec("manifest", root.resolve("list.csv"), 2, true);
    ReadDataSet read = DataSets.read(spec.leavingOutUnreadable());
    assertThat(read.unreadable()).hasSize(2);
    assertThat(read.unreadable().get(0))
        .isEqualTo(new UnreadableFile(0, "absent.png", 0, "does not exist"));
    assertThat(read.unreadable().get(1).path()).isEqualTo("2.png");
    LabelledImages images = read.data().train();
    assertThat(images.classNames()).containsExactly("a", "b", "c");
    assertThat(images.ids()).containsExactly(1, 3);
    assertThat(images.labels()).containsExactly(1, 0);
    assertThat(images.original().orElseThrow()).containsExactly(0, 2);
    assertThatThrownBy(() -> DataSets.load(spec)).hasMessageContaining("absent.png does not exist");
  }

  @Test
  void aClassWithoutReadableImagesIsRefused() throws IOException {
    put("image/1.png", new byte[10]);
    put("image/2.png", new byte[10]);
    refusedThoughLeavingOut("none of the 2 images of class 'image' of " + root, "image/1.png");
    put("other/1.png", new byte[10]);
    refusedThoughLeavingOut("none of the 3 images of " + root, "image/1.png");
  }

  private void refusedThoughLeavingOut(String... messages) {
    DataSpec spec = spec("folder", root, 2, true);
    assertThatThrownBy(() -> DataSets.read(spec.leavingOutUnreadable()))
        .isInstanceOf(InputException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(messages).doesNotContain("\n"));
  }

  @Test
  void unreadableTestImagesAreListedToo() throws IOException {
    byte[] png = bytes("png", quarters(QUARTERS));
    Files.delete(root.resolve("other/1.png"));
    Files.delete(root.resolve("other"));
    for (String path : new String[] {"train/a/1.png", "train/b/1.png", "test/a/1.png"}) {
      put(path, png);
    }
    put("test/b/1.png", new byte[10]);
    ReadDataSet read = DataSets.read(spec("folder", root, 2, true).leavingOutUnreadable());
    assertThat(read.data().test().orElseThrow().labels()).containsExactly(0);
    assertThat(read.unreadable()).extracting(UnreadableFile::path).containsExactly("test/b/1.png");
  }

  @Test
  void endingsOfListedImagesAreTakenInAnyCase() {
    for (String name : new String[] {"a.PNG", "a.JPeG", "a.jfif", "a.Bmp", "a.GIF", "a.WebP"}) {
      assertThat(ImageFormat.isImageName(name)).as(name).isTrue();
    }
    assertThat(ImageFormat.isImageName("labels.csv")).isFalse();
  }
}

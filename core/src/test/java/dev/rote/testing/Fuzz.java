package dev.rote.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Feeds a reader mutations of valid files: flipped bits, inserted, deleted, repeated and replaced
 * bytes, hostile tokens, truncation. Every mutation must be read or answered with a documented
 * exception, in 200 ms of processor time and 256 MB of allocations, and what {@link #ofImages}
 * adds.
 *
 * <p>The short form is part of the build; {@code -Drote.fuzz=20000} makes it long.
 */
public final class Fuzz {
  private static final int MUTATIONS = Integer.getInteger("rote.fuzz", 300);
  private static final double MOST_SECONDS = 0.2;
  private static final long MOST_BYTES = 256 << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final List<byte[]> TOKENS = new ArrayList<>();

  static {
    for (String token :
        List.of(
            "",
            "\"",
            "'",
            ",",
            ";",
            "\n",
            "\r",
            "\t",
            ":",
            "-",
            "=",
            "\0",
            "\uFEFF",
            "é",
            "NaN",
            "-1",
            "1e999",
            "-0",
            "99999999999999999999",
            "2147483647",
            "-2147483648",
            "null",
            "true",
            "[",
            "]",
            "{",
            "}",
            "()",
            "&a ",
            "*a",
            "!!java.lang.String ",
            "<<: ",
            "../")) {
      TOKENS.add(token.getBytes(StandardCharsets.UTF_8));
    }
    for (String token : List.of("[", "{\"a\":", "(", "normalized(", "- ", "\"", "9")) {
      TOKENS.add(token.repeat(5000).getBytes(StandardCharsets.UTF_8));
    }
    TOKENS.add(new byte[] {-1, -1, -1, -1});
    TOKENS.add(new byte[] {127, -1, -1, -1});
    TOKENS.add(new byte[] {-1, -1, -1, 127, 0, 0, 0, 0});
    TOKENS.add(new byte[4096]);
  }

  private final Path file;
  private final List<Class<?>> documented;
  private ImageSize size = content -> 0;

  /**
   * Prepares to fuzz.
   *
   * @param file where mutations are written for the reader
   * @param documented the exceptions that a reader may throw
   */
  public Fuzz(Path file, Class<?>... documented) {
    this.file = file;
    this.documented = List.of(documented);
  }

  /** A reader under test, which gets the mutated file. */
  @FunctionalInterface
  public interface Reader {
    void read(Path file) throws Exception;
  }

  /** Returns the number of pixels that a file states, or 0 if it states none. */
  @FunctionalInterface
  public interface ImageSize {
    long pixels(byte[] content);
  }

  /**
   * Allows an image 150 ns and 20 bytes for each of its pixels, in addition. A mutation can make
   * the image larger, and a large image is not a fault.
   */
  public Fuzz ofImages(ImageSize pixels) {
    size = pixels;
    return this;
  }

  /**
   * Reads mutations of some valid files.
   *
   * @throws AssertionError if one is answered with something else, too slowly or with too much
   *     memory; the file is then left in place
   */
  public void run(String name, Reader reader, byte[]... valid) throws Exception {
    for (int warm = 0; warm < 3; warm++) {
      for (byte[] content : valid) {
        Files.write(file, content);
        reader.read(file);
      }
    }
    for (int i = 0; i < MUTATIONS; i++) {
      SplittableRandom random = new SplittableRandom(i);
      byte[] content = valid[random.nextInt(valid.length)];
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        content = mutate(content, random);
      }
      Files.write(file, content);
      check("%s, mutation %d".formatted(name, i), reader, size.pixels(content));
    }
  }

  private void check(String what, Reader reader, long pixels) {
    // A pause that is not the reader's own (the compiler, the collector) does not come three times.
    for (int tries = 1; ; tries++) {
      long bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
      long nanos = THREADS.getCurrentThreadCpuTime();
      try {
        reader.read(file);
      } catch (Exception | StackOverflowError | OutOfMemoryError e) {
        if (documented.stream().noneMatch(type -> type.isInstance(e))) {
          throw new AssertionError(what + " (" + file + "): " + e, e);
        }
        if (e.getMessage() == null || e.getMessage().isBlank() || e.getMessage().contains("\n")) {
          throw new AssertionError(what + ": not one line: '" + e.getMessage() + "'", e);
        }
      }
      double seconds = (THREADS.getCurrentThreadCpuTime() - nanos) / 1e9;
      bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - bytes;
      if (seconds <= MOST_SECONDS + pixels * 150e-9 && bytes <= MOST_BYTES + pixels * 20) {
        return;
      }
      if (tries == 3) {
        throw new AssertionError(
            String.format(
                Locale.ROOT, "%s (%s) took %.2f s and %.0f MB", what, file, seconds, bytes / 1e6));
      }
    }
  }

  private static byte[] mutate(byte[] content, SplittableRandom random) {
    int at = random.nextInt(content.length + 1);
    int length = Math.min(content.length - at, 1 + random.nextInt(16));
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(content, at);
      case 1 -> replace(content, at, length, new byte[0]);
      case 2, 3 -> replace(content, at, 0, TOKENS.get(random.nextInt(TOKENS.size())));
      case 4 -> replace(content, at, length, TOKENS.get(random.nextInt(TOKENS.size())));
      case 5 -> replace(content, at, 0, Arrays.copyOfRange(content, at, at + length));
      case 6 -> {
        byte[] other = new byte[length];
        for (int i = 0; i < length; i++) {
          other[i] = (byte) random.nextInt(256);
        }
        yield replace(content, at, length, other);
      }
      default -> {
        byte[] flipped = content.clone();
        if (at < flipped.length) {
          flipped[at] ^= (byte) (1 << random.nextInt(8));
        }
        yield flipped;
      }
    };
  }

  private static byte[] replace(byte[] content, int at, int length, byte[] by) {
    byte[] changed = new byte[content.length - length + by.length];
    System.arraycopy(content, 0, changed, 0, at);
    System.arraycopy(by, 0, changed, at, by.length);
    System.arraycopy(content, at + length, changed, at + by.length, content.length - at - length);
    return changed;
  }
}

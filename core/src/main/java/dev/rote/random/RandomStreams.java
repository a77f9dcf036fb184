package dev.rote.random;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Independent random streams drawn from one seed.
 *
 * <p>A stream is named for what it decides ({@code "noise"}, {@code "weights"}, {@code "order"}),
 * so that two runs with one seed agree in each of these, regardless of other differences. Streams
 * are the same on every machine and JVM.
 */
public final class RandomStreams {
  private RandomStreams() {}

  /**
   * Returns the seed of the stream {@code name} with the given index (for example an epoch; 0 if
   * there is none).
   */
  public static long seed(long seed, String name, long index) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(16).putLong(seed).putLong(index).array());
      return ByteBuffer.wrap(digest.digest(name.getBytes(StandardCharsets.UTF_8))).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the stream {@code name} of {@code seed}. */
  public static UniformRandomProvider stream(long seed, String name) {
    return stream(seed, name, 0);
  }

  /** Returns the stream {@code name} of {@code seed} at {@code index}. */
  public static UniformRandomProvider stream(long seed, String name, long index) {
    return RandomSource.XO_SHI_RO_256_PP.create(seed(seed, name, index));
  }

  /**
   * Returns a uniformly drawn permutation of 0..n-1 (Fisher-Yates) from the stream {@code name} at
   * {@code index}.
   */
  public static long[] permutation(int n, long seed, String name, long index) {
    UniformRandomProvider random = stream(seed, name, index);
    long[] order = new long[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}

package dev.rote.data;

import dev.rote.text.InputException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Training images and, where the source has them, test images of the same shape and classes. */
public record DataSet(String name, LabelledImages train, Optional<LabelledImages> test) {
  public DataSet {
    if (train.size() == 0) {
      throw new InputException(name + " has no training images");
    }
    if (test.isPresent()) {
      LabelledImages other = test.get();
      if (!other.shape().equals(train.shape()) || !other.classNames().equals(train.classNames())) {
        throw new InputException(
            "%s: test images (%s, %d classes) differ from training images (%s, %d classes) in shape or class names"
                .formatted(name, other.shape(), other.classes(), train.shape(), train.classes()));
      }
    }
  }

  /**
   * Returns the SHA-256, in hexadecimal, of shape, class names, pixels, labels, original labels and
   * ids of the training images, then of the test images. Name and paths do not count: the same
   * images read from another place have the same digest.
   */
  public String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      train.digest(digest);
      digest.update((byte) (test.isPresent() ? 1 : 0));
      test.ifPresent(images -> images.digest(digest));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}

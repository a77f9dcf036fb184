package dev.rote.noise;

import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A file that defines a noise. It is read once, when first needed, so that the fingerprint is that
 * of the labels drawn. Two are equal if their paths are.
 */
final class NoiseFile {
  private final Path path;
  private byte[] content;

  NoiseFile(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /** Returns the file's bytes as they were when it was first read. */
  synchronized byte[] content() {
    if (content == null) {
      if (!Files.isRegularFile(path)) {
        throw new InputException("noise file " + path + " does not exist");
      }
      try {
        content = Files.readAllBytes(path);
      } catch (IOException e) {
        throw InputException.cannotRead(path, e);
      }
    }
    return content;
  }

  /** Returns the rows of a CSV file that are not blank. */
  List<CsvRow> rows() {
    return CsvRow.parse(content(), path.toString());
  }

  /** Returns the term {@code name(path)}, with quotes where the grammar needs them. */
  String text(String name) {
    return name + "(" + Term.word(path.toString()) + ")";
  }

  String fingerprint(String name) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content());
      return name + "(sha256:" + HexFormat.of().formatHex(digest) + ")";
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NoiseFile file && path.equals(file.path);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }
}

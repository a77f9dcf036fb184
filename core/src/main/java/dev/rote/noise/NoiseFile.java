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

/** A file that a noise is read from. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NoiseFile(Path path, String sha256, byte[] content) {
  static NoiseFile read(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new InputException("noise file " + path + " does not exist");
    }
    try {
      byte[] content = Files.readAllBytes(path);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return new NoiseFile(path, HexFormat.of().formatHex(digest), content);
    } catch (IOException e) {
      throw new InputException("cannot read noise file " + path + ": " + e, e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** The rows of a CSV file that are not blank. */
  List<CsvRow> rows() {
    return CsvRow.parse(content, path.toString());
  }

  /** The term {@code name(path)}, with quotes where the grammar needs them. */
  String spec(String name) {
    return name + "(" + Term.word(path.toString()) + ")";
  }

  String fingerprint(String name) {
    return name + "(sha256:" + sha256 + ")";
  }
}

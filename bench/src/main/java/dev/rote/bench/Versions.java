package dev.rote.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Versions of the libraries in this build. */
final class Versions {
  private Versions() {}

  /** Returns the versions of libtorch and its binding, which Rote and the plain baseline use. */
  static String libtorch() {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("libtorch");
  }
}

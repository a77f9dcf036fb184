package dev.rote.spark;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The jars of Rote that the driver sends to executors, and those that workers need. */
final class ClassPathJars {
  private ClassPathJars() {}

  /**
   * Returns the class path of this process without Spark, as jars that executors can be sent.
   * Directories of classes, as a build leaves them, are packed.
   *
   * @param sparkHome where Spark's own jars lie
   * @param packed directory for the jars of packed directories
   */
  static List<String> toSend(Path sparkHome, Path packed) throws IOException {
    Path spark = sparkHome.toAbsolutePath().normalize();
    List<String> jars = new ArrayList<>();
    for (String entry : List.of(System.getProperty("java.class.path").split(File.pathSeparator))) {
      Path path = Path.of(entry).toAbsolutePath().normalize();
      if (path.startsWith(spark) || !Files.exists(path)) {
        continue;
      }
      jars.add(
          Files.isDirectory(path)
              ? pack(path, packed.resolve("classes-" + jars.size() + ".jar")).toString()
              : path.toString());
    }
    return jars;
  }

  /** Packs a directory of classes. */
  static Path pack(Path directory, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        entries.putNextEntry(
            new JarEntry(directory.relativize(file).toString().replace(File.separatorChar, '/')));
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
    return jar;
  }

  /** Returns the class path of a worker process: what this executor was sent, then its own. */
  static String ofWorker() {
    Set<String> entries = new LinkedHashSet<>();
    for (ClassLoader loader = Thread.currentThread().getContextClassLoader();
        loader != null;
        loader = loader.getParent()) {
      if (loader instanceof URLClassLoader urls) {
        for (URL url : urls.getURLs()) {
          if (url.getProtocol().equals("file")) {
            entries.add(path(url));
          }
        }
      }
    }
    entries.addAll(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
    return String.join(File.pathSeparator, entries);
  }

  private static String path(URL url) {
    try {
      return Path.of(url.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("class path entry " + url + " is not a path", e);
    }
  }
}

package dev.rote.data;

import dev.rote.text.InputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads files from a tar archive, gzipped or not. */
final class TarFile {
  private static final long MOST_BYTES = 1L << 29;

  private TarFile() {}

  /** Receives the regular files of an archive. */
  @FunctionalInterface
  interface Receiver {
    /**
     * Receives a file.
     *
     * @param name its path in the archive
     * @param content ends with the file
     * @return whether further files are wanted
     */
    boolean take(String name, InputStream content) throws IOException;
  }

  /**
   * Passes on the regular files, in their order.
   *
   * @throws InputException if the archive is damaged, or a file has more than 512 MiB
   */
  static void forEach(Path archive, Receiver receiver) {
    try (InputStream in = Gzip.open(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (!entry.isFile()) {
          continue;
        }
        if (entry.getSize() > MOST_BYTES) {
          throw new InputException(
              "%s: %s has %d bytes".formatted(archive, entry.getName(), entry.getSize()));
        }
        if (!receiver.take(entry.getName(), tar)) {
          return;
        }
      }
    } catch (EOFException e) {
      throw new InputException(archive + " is truncated; download it again", e);
    } catch (ZipException e) {
      throw new InputException(archive + " is corrupt: " + e.getMessage(), e);
    } catch (IOException e) {
      throw InputException.cannotRead(archive, e);
    }
  }

  /**
   * Reads the regular files whose names, without directories, are among {@code names}.
   *
   * @return their contents by those names
   * @throws InputException as {@link #forEach}
   */
  static Map<String, byte[]> read(Path archive, Set<String> names) {
    Map<String, byte[]> found = new HashMap<>();
    forEach(
        archive,
        (path, content) -> {
          String name = path.substring(path.lastIndexOf('/') + 1);
          if (names.contains(name)) {
            found.put(name, content.readAllBytes());
          }
          return found.size() < names.size();
        });
    return found;
  }
}

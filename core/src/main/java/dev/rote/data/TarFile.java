package dev.rote.data;

import dev.rote.text.InputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipException;

/** Reads files from a tar archive, gzipped or not (POSIX ustar, as GNU and BSD tar write it). */
final class TarFile {
  private static final int BLOCK = 512;
  private static final int NAME = 100;
  private static final int SIZE_AT = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int TYPE_AT = 156;
  private static final long MOST_BYTES = 1L << 29;

  private TarFile() {}

  /**
   * Reads the regular files whose names, without directories, are among {@code names}.
   *
   * @return their contents by those names
   * @throws InputException if the archive is damaged, or one of the files has more than 512 MiB
   */
  static Map<String, byte[]> read(Path archive, Set<String> names) {
    Map<String, byte[]> found = new HashMap<>();
    try (InputStream in = Gzip.open(archive)) {
      while (found.size() < names.size()) {
        byte[] header = in.readNBytes(BLOCK);
        if (header.length < BLOCK || header[0] == 0) {
          return found;
        }
        long size = octal(header, archive);
        String path = text(header, 0, NAME);
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean regular = header[TYPE_AT] == '0' || header[TYPE_AT] == 0;
        if (regular && names.contains(name)) {
          if (size > MOST_BYTES) {
            throw new InputException("%s: %s has %d bytes".formatted(archive, path, size));
          }
          byte[] content = in.readNBytes((int) size);
          if (content.length < size) {
            throw new InputException(archive + " is truncated: it ends within " + path);
          }
          found.put(name, content);
          size = 0;
          in.skipNBytes((BLOCK - content.length % BLOCK) % BLOCK);
        }
        in.skipNBytes((size + BLOCK - 1) / BLOCK * BLOCK);
      }
      return found;
    } catch (EOFException e) {
      throw new InputException(archive + " is truncated; download it again", e);
    } catch (ZipException e) {
      throw new InputException(archive + " is corrupt: " + e.getMessage(), e);
    } catch (IOException e) {
      throw InputException.cannotRead(archive, e);
    }
  }

  private static long octal(byte[] header, Path archive) {
    String digits = text(header, SIZE_AT, SIZE_LENGTH).strip();
    if (!digits.matches("[0-7]{1,12}")) {
      throw new InputException(archive + " is not a tar archive, or damaged");
    }
    return Long.parseLong(digits, 8);
  }

  private static String text(byte[] header, int from, int length) {
    int end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, StandardCharsets.UTF_8);
  }
}

package dev.rote.report.live;

import dev.rote.run.Json;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * The port and the token of a server. They are kept in a private file of the results directory, so
 * that an open page reconnects after its server restarts.
 *
 * @param port 0 for any free one
 */
record Address(int port, String token) {
  /** Only its owner may read it. */
  static final String FILE = ".serve.json";

  private static final int TOKEN_BYTES = 24;
  static final int LARGEST_PORT = 65_535;
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rw-------");

  /** Returns an address with a new token. */
  static Address random() {
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    return new Address(0, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
  }

  /**
   * Returns the address that was kept in a directory. One that others could have read or written is
   * not used again.
   */
  static Optional<Address> kept(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          || !Files.getPosixFilePermissions(file).equals(PRIVATE)) {
        return Optional.empty();
      }
      return Optional.of(Json.read(file, Address.class)).filter(Address::valid);
    } catch (IOException | InputException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private boolean valid() {
    return port > 0 && port <= LARGEST_PORT && token != null && token.matches("[A-Za-z0-9_-]{32}");
  }

  /**
   * Keeps this address in a directory. Where that is impossible, because the directory is read-only
   * or its file system has no permissions, the next server will have another address.
   */
  void keep(Path directory) {
    try {
      Path file = directory.resolve(FILE);
      Path temporary =
          Files.createTempFile(
              directory, FILE, ".tmp", PosixFilePermissions.asFileAttribute(PRIVATE));
      try {
        Files.writeString(temporary, Json.MAPPER.writeValueAsString(this));
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException | UnsupportedOperationException e) {
      // The address is valid for this server only.
    }
  }
}

package dev.rote.engine;

import dev.rote.audit.AuditFiles;
import dev.rote.audit.AuditedSamples;
import dev.rote.run.DirectoryLock;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The directory of an audit's results, which one audit at a time writes. */
final class AuditDirectory {
  private AuditDirectory() {}

  /**
   * Locks a directory, which is created if needed.
   *
   * @throws InputException if another audit is writing there, or it holds something else
   */
  static DirectoryLock lock(Path out) {
    AuditFiles.requireOwn(out);
    try {
      return DirectoryLock.tryAcquire(out)
          .orElseThrow(
              () ->
                  new InputException(
                      "another audit is writing to %s now; wait for it, or choose another --out"
                          .formatted(out)));
    } catch (IOException e) {
      throw InputException.cannotWrite("results to", out, e);
    }
  }

  /**
   * Refuses the directory of an audit that trained networks, whose files would stay beside these.
   */
  static void refuseTrained(Path out) {
    AuditFiles.requireOwn(out);
    if (Files.exists(CrossValidation.directory(out, 1))) {
      throw new InputException(out + " holds an audit that trained networks; choose another --out");
    }
  }

  /**
   * Refuses the directory of an audit by predictions or features, whose files would be replaced.
   */
  static void refuseUntrained(Path out) {
    if (Files.exists(out.resolve(AuditFiles.AUDIT))
        && !Files.exists(CrossValidation.directory(out, 1))) {
      throw new InputException(
          out + " holds an audit that trained no networks; choose another --out");
    }
  }

  /** Refuses to audit other data beside decisions, which would then seem to be about these. */
  static void requireOwnDecisions(Path out, AuditedSamples samples) {
    AuditFiles.readDecisions(out, samples);
  }

  /** Writes what every audit has: its summary and its ranking. */
  static void write(AuditReport report) throws IOException {
    AuditJson.write(report);
    AuditFiles.writeSuspects(
        report.out().resolve(AuditFiles.SUSPECTS), report.result(), report.samples());
  }
}

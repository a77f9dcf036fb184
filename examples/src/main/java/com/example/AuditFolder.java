package com.example;

import dev.rote.audit.Suspect;
import dev.rote.data.DataSpec;
import dev.rote.engine.AuditReport;
import dev.rote.engine.AuditSpec;
import dev.rote.engine.LabelAudit;
import dev.rote.engine.PlannedRun;
import dev.rote.engine.StudyListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Audits the labels of a folder of images, one subfolder for each class, as a library call. */
public final class AuditFolder {
  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      System.err.println("usage: AuditFolder IMAGES OUT");
      System.exit(2);
    }
    DataSpec images = DataSpec.of("folder", Optional.of(args[0]));
    AuditReport report =
        LabelAudit.run(
            AuditSpec.of(images),
            Path.of(args[1]),
            new StudyListener() {
              @Override
              public void finished(PlannedRun run) {
                System.out.println("trained " + run.label());
              }
            });

    System.out.println(report.result().verdict());
    List<String> paths = report.samples().paths().orElseThrow();
    List<String> classes = report.samples().classNames();
    for (Suspect suspect : report.result().ranking().stream().limit(10).toList()) {
      System.out.printf(
          "%s is labelled %s, more likely %s%n",
          paths.get(suspect.position()),
          classes.get(suspect.observed()),
          classes.get(suspect.suggested()));
    }
  }
}

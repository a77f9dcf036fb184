package dev.rote.engine;

import dev.rote.audit.AuditFiles;
import dev.rote.data.Duplicates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes {@code audit.json}. */
final class AuditJson {
  private AuditJson() {}

  static void write(AuditReport report) throws IOException {
    Map<String, Object> more = new LinkedHashMap<>();
    report
        .predictions()
        .ifPresent(
            predictions -> {
              Map<String, Object> source = new LinkedHashMap<>();
              predictions.probabilities().ifPresent(p -> source.put("pred_probs", p.toString()));
              predictions.features().ifPresent(f -> source.put("features", f.toString()));
              source.put("labels", predictions.labels().toString());
              more.put("source", source);
              more.put("confident_joint", predictions.confidentJoint());
              predictions.sets().map(AuditFiles::labelSets).ifPresent(more::putAll);
            });
    report.againstOriginal().ifPresent(q -> more.put("against_original_labels", q));
    report.source().manifest().ifPresent(manifest -> more.put("manifest", manifest.toString()));
    report
        .source()
        .root()
        .ifPresent(root -> more.put("images", root.toAbsolutePath().normalize().toString()));
    more.put("unreadable", report.source().unreadable());
    report
        .images()
        .ifPresent(
            images -> {
              more.put("duplicates", groups(report, images.duplicates().conflicting()));
              more.put("near_duplicates", groups(report, images.near()));
              more.put("settings", images.settings());
              more.put("loss", images.loss());
            });
    AuditFiles.writeAudit(
        report.out().resolve(AuditFiles.AUDIT),
        report.result(),
        report.samples().classNames(),
        more);
  }

  private static List<Map<String, Object>> groups(
      AuditReport report, List<Duplicates.Group> found) {
    List<Map<String, Object>> groups = new ArrayList<>();
    for (Duplicates.Group group : found) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("ids", group.positions().stream().map(at -> report.samples().ids()[at]).toList());
      fields.put(
          "labels", group.labels().stream().map(report.samples().classNames()::get).toList());
      groups.add(fields);
    }
    return groups;
  }
}

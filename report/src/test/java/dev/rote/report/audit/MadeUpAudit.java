package dev.rote.report.audit;

import dev.rote.audit.ClassRate;
import dev.rote.audit.Estimate;
import dev.rote.audit.Rate;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.LabelledImages;
import dev.rote.run.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** An invented audit: glyphs of which a fifth is labelled wrongly, nearly all found. */
public record MadeUpAudit(AuditPage page, List<String> classes, int[] observed) {
  private static final double NOISE = 0.2;

  /** Images that are drawn at most; more samples have them again. */
  private static final int DRAWN = 2000;

  /** {@code samples} samples; the images of the {@code embedded} most suspect ones are embedded. */
  public static MadeUpAudit of(int samples, int embedded) {
    LabelledImages images =
        DataSets.load(
                DataSpec.of("glyphs", Optional.empty())
                    .withSubset(Optional.of(Math.min(samples, DRAWN)), Optional.of(10))
                    .withDataSeed(1))
            .train();
    List<String> classes = images.classNames();
    int k = classes.size();
    SplittableRandom random = new SplittableRandom(7);
    int[] observed = new int[samples];
    List<ReviewSample> suspects = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      int label = images.labels()[i % images.size()];
      boolean wrong = random.nextDouble() < NOISE;
      observed[i] =
          wrong ? (label + (random.nextDouble() < 0.5 ? 1 : 1 + random.nextInt(k - 1))) % k : label;
      boolean missed = random.nextDouble() < 0.02;
      double probability =
          wrong != missed ? 1 - 0.3 * random.nextDouble() : 0.3 * random.nextDouble();
      int suggested = wrong ? label : missed ? (label + 3) % k : label;
      suspects.add(
          new ReviewSample(
              i,
              path(i),
              observed[i],
              suggested,
              probability * 2 - 1,
              probability,
              Optional.empty()));
    }
    suspects.sort(Comparator.comparingDouble(ReviewSample::probability).reversed());
    for (int rank = 0; rank < samples; rank++) {
      ReviewSample s = suspects.get(rank);
      if (rank < embedded) {
        byte[] png = ImagePng.of(images, (int) s.id() % images.size());
        suspects.set(
            rank,
            new ReviewSample(
                s.id(),
                s.path(),
                s.observed(),
                s.suggested(),
                s.score(),
                s.probability(),
                Optional.of(png)));
      }
    }
    int cut = Math.toIntExact(Math.round(0.198 * samples));
    AuditPage page =
        new AuditPage(
            "glyphs with a fifth altered",
            "made-up-" + samples,
            new AuditPage.Finding(
                "About 19.8% of the labels are wrong (95% interval: 18.6% to 21.1%).",
                true,
                cut,
                cut * 19 / 20,
                List.of(
                    new Estimate(
                        "disagreement curve",
                        new Rate(0.198, 0.186, 0.211),
                        "labels against predictions"),
                    new Estimate("confident joint", new Rate(0.214, 0.19, 0.235), "out of fold"),
                    new Estimate("margin mixture", new Rate(0.19, 0.175, 0.205), "")),
                classes.stream()
                    .map(name -> new ClassRate(name, samples / k, new Rate(0.2, 0.16, 0.25)))
                    .toList(),
                List.of("class A has only 12 samples; its rate is uncertain")),
            classes,
            suspects,
            List.of(
                new FactTable(
                    "How well it found what was hidden",
                    "5% of the labels were altered on purpose, then looked for",
                    List.of("measure", "value"),
                    List.of(List.of("precision", "0.97"), List.of("recall", "0.94")))),
            new AuditPage.Use(
                "./rote audit --dataset glyphs --out audits/glyphs",
                "./rote audit apply decisions.csv --manifest 'my labels.csv' --out corrected.csv",
                Optional.of(Path.of("/data/my images"))));
    return new MadeUpAudit(page, classes, observed);
  }

  /** Writes the files that a server reads beside the page. */
  public void write(Path out) throws IOException {
    page.write(out.resolve("audit.html"));
    StringBuilder csv =
        new StringBuilder("rank,id,path,observed,suggested,score,probability_wrong\n");
    int rank = 0;
    for (ReviewSample s : page.suspects()) {
      csv.append(++rank).append(',').append(s.id()).append(",\"");
      csv.append(s.path().replace("\"", "\"\"")).append("\",").append(classes.get(s.observed()));
      csv.append(',').append(classes.get(s.suggested())).append(",0.5,0.5\n");
    }
    Files.writeString(out.resolve("suspects.csv"), csv);
    Files.writeString(
        out.resolve("audit.json"), Json.MAPPER.writeValueAsString(Map.of("class_names", classes)));
  }

  /** Names that CSV files and pages trip over are among them. */
  private static String path(int i) {
    return i % 7 == 0
        ? "with, comma/" + i + ".png"
        : i % 11 == 0 ? "a \"quoted\" <b>&amp; 'name' " + i + ".png" : "images/" + i + ".png";
  }
}

package dev.rote.report;

import dev.rote.analysis.Evidence;
import dev.rote.analysis.SampleScores;
import dev.rote.analysis.SeedAgreement;
import dev.rote.claim.Claim;
import dev.rote.claim.Claims;
import dev.rote.claim.Thresholds;
import dev.rote.figure.Pdf;
import dev.rote.figure.Png;
import dev.rote.figure.Theme;
import dev.rote.format.AtomicFile;
import dev.rote.report.figures.Figures;
import dev.rote.report.page.OfflinePage;
import dev.rote.report.page.PageModel;
import dev.rote.report.page.SeenRun;
import dev.rote.report.page.SeenRuns;
import dev.rote.run.CompactResults;
import dev.rote.run.Summary;
import dev.rote.run.TheoryFile;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the report of studies: {@code report.html}, {@code claims.json}, {@code figures/}, each
 * figure as SVG and PNG, light and dark, and as PDF, verdicts and tables as Markdown ({@code
 * report.md}), means over seeds ({@code means.csv}, {@code means.tex}, {@code curves.csv}) and
 * {@link CompactResults} in {@code results/}; of runs on subsamples also {@code
 * memorization_scores.csv} and {@code influence_pairs.csv}.
 */
public final class Report {
  private static final double PNG_SCALE = 2;

  /**
   * What was written.
   *
   * @param page the report
   * @param figures the directory of the figures
   * @param runs the runs that it is about
   * @param claims the claims with their verdicts
   * @param gaps what is missing, in words
   */
  public record Written(
      Path page, Path figures, List<Summary> runs, List<Claim> claims, List<String> gaps) {}

  private Report() {}

  /**
   * Reports on studies, finished or not.
   *
   * @param out directory that the files go to
   * @throws InputException if a study cannot be read, none of them has a run with an epoch, or
   *     {@code out} cannot be written
   */
  public static Written write(List<Path> studies, Path out, Thresholds thresholds)
      throws IOException {
    Evidence evidence = Evidence.read(studies);
    if (evidence.runs().isEmpty()) {
      throw new InputException(
          "no run in "
              + studies.get(0)
              + " has finished an epoch yet, so there is nothing to report");
    }
    Path directory = out.resolve("figures");
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw InputException.cannotWrite("a report to", out, e);
    }
    List<SampleScores> scores = SampleScores.of(evidence);
    List<SeedAgreement> agreements = SeedAgreement.of(evidence);
    List<Figure> figures = Figures.of(evidence, TheoryFile.readRates(studies), scores, agreements);
    for (Figure figure : figures) {
      write(figure, directory, "", Theme.LIGHT);
      write(figure, directory, "-dark", Theme.DARK);
      String svg = figure.drawing().svg(Theme.LIGHT);
      AtomicFile.write(directory.resolve(figure.name() + ".pdf"), stream -> Pdf.write(svg, stream));
    }
    List<SeenRun> seen =
        evidence.runs().stream()
            .map(run -> new SeenRun(studyOf(run, studies), run.run(), Optional.of(run), 0))
            .toList();
    PageModel model =
        PageModel.of(
            evidence, scores, new SeenRuns(seen, Map.of()), thresholds, System.currentTimeMillis());
    List<Claim> claims = model.findings().verdicts();
    Claims.write(out.resolve("claims.json"), claims);
    AtomicFile.writeString(out.resolve("report.md"), MarkdownTables.of(model.findings()));
    SeedMeans means = new SeedMeans(evidence, agreements);
    AtomicFile.writeString(out.resolve("means.csv"), means.csv());
    AtomicFile.writeString(out.resolve("means.tex"), means.latex());
    AtomicFile.writeString(out.resolve("curves.csv"), means.curvesCsv());
    if (!scores.isEmpty()) {
      ScoreFiles.write(out, scores);
    }
    Path compact = out.resolve("results");
    CompactResults.write(compact, evidence.runs());
    TheoryFile.gather(studies, compact);
    Path page = out.resolve("report.html");
    AtomicFile.writeString(page, OfflinePage.html(model, evidence, figures));
    return new Written(page, directory, evidence.runs(), claims, evidence.gaps());
  }

  private static Path studyOf(Summary run, List<Path> studies) {
    return studies.stream()
        .filter(run.run().directory()::startsWith)
        .max(Comparator.comparingInt(Path::getNameCount))
        .orElseThrow();
  }

  private static void write(Figure figure, Path directory, String suffix, Theme theme)
      throws IOException {
    String svg = figure.drawing().svg(theme);
    AtomicFile.writeString(directory.resolve(figure.name() + suffix + ".svg"), svg);
    AtomicFile.write(
        directory.resolve(figure.name() + suffix + ".png"), out -> Png.write(svg, PNG_SCALE, out));
  }
}

package dev.rote.report.page;

import dev.rote.analysis.Evidence;
import dev.rote.analysis.Replicates;
import dev.rote.figure.Theme;
import dev.rote.report.Figure;
import dev.rote.run.StoredRun;
import dev.rote.run.Summary;
import dev.rote.text.Markup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** The page as one self-contained file. */
public final class OfflinePage {
  /** Altered samples of each draw whose histories and images are in the file. */
  private static final int SAMPLES = 24;

  /** Epochs whose confusion matrices are in the file. */
  private static final int MATRICES = 20;

  /** With more classes, the matrices would be too large. */
  private static final int MOST_CLASSES = 20;

  private OfflinePage() {}

  /** What the file holds beside the model; {@code source.js} reads it. */
  private record Data(
      PageModel model,
      Map<String, Curves> curves,
      Map<String, SampleHistory> samples,
      Map<String, Map<Integer, int[][]>> confusion,
      Map<String, String> images,
      String missing) {}

  /** Returns the page. */
  public static String html(PageModel model, Evidence evidence, List<Figure> figures)
      throws IOException {
    Map<String, Curves> curves = new LinkedHashMap<>();
    for (Replicates group : evidence.replicates()) {
      curves.put("group:" + Overview.key(group.condition()), Curves.of(group));
      if (group.runs().size() > 1) {
        group
            .runs()
            .forEach(run -> curves.put("run:" + run.run().record().id(), Curves.of(run.run())));
      }
    }
    Map<String, StoredRun> runs = new HashMap<>();
    for (Summary run : evidence.runs()) {
      runs.put(run.run().record().id(), run.run());
    }
    Map<String, SampleHistory> samples = new LinkedHashMap<>();
    Map<String, Map<Integer, int[][]>> confusion = new LinkedHashMap<>();
    Map<String, String> pictures = new LinkedHashMap<>();
    Images images = new Images();
    Set<String> missing = new HashSet<>();
    List<Draw> shown = firstSeeds(model.draws());
    for (Draw draw : shown) {
      List<StoredRun> of = draw.runs().stream().map(runs::get).toList();
      SampleHistory history =
          SampleHistory.of(of, 0, draw.epochs(), (original, observed, predicted) -> true, SAMPLES);
      samples.put(draw.key(), history);
      for (StoredRun run : of) {
        confusion.put(run.record().id(), matrices(run));
      }
      Optional<String> reason = images.missing(of.get(0).record());
      reason.ifPresent(missing::add);
      if (reason.isEmpty()) {
        for (SampleHistory.Sample sample : history.samples()) {
          pictures.computeIfAbsent(
              of.get(0).record().data().digest() + ":" + sample.position(),
              key ->
                  "data:image/png;base64,"
                      + Base64.getEncoder()
                          .encodeToString(images.png(of.get(0).record(), sample.position())));
        }
      }
    }
    Map<String, String> byRun = new LinkedHashMap<>();
    for (Draw draw : shown) {
      String digest = runs.get(draw.runs().get(0)).record().data().digest();
      samples.get(draw.key()).samples().stream()
          .filter(sample -> pictures.containsKey(digest + ":" + sample.position()))
          .forEach(
              sample ->
                  byRun.put(
                      draw.runs().get(0) + ":" + sample.position(),
                      pictures.get(digest + ":" + sample.position())));
    }
    PageModel frozen =
        new PageModel(model.title(), model.overview(), shown, model.findings(), model.written());
    return PageFiles.offline(
        model.title(),
        PageJson.forScript(
            new Data(frozen, curves, samples, confusion, byRun, String.join("; ", missing))),
        figures(figures));
  }

  /** Returns the first seed of each noise and setting; the other seeds show the same. */
  private static List<Draw> firstSeeds(List<Draw> draws) {
    Map<String, Draw> first = new LinkedHashMap<>();
    draws.forEach(draw -> first.putIfAbsent(draw.label().replaceFirst("seed \\d+", ""), draw));
    return List.copyOf(first.values());
  }

  private static Map<Integer, int[][]> matrices(StoredRun run) throws IOException {
    int epochs = run.epochs().size();
    Map<Integer, int[][]> matrices = new LinkedHashMap<>();
    if (run.record().data().classNames().size() > MOST_CLASSES) {
      return matrices;
    }
    int[] shown =
        epochs <= MATRICES
            ? IntStream.rangeClosed(1, epochs).toArray()
            : IntStream.range(0, MATRICES)
                .map(i -> 1 + (int) Math.round(i * (epochs - 1.0) / (MATRICES - 1)))
                .toArray();
    for (int epoch : shown) {
      matrices.put(epoch, SampleHistory.confusion(run, epoch));
    }
    return matrices;
  }

  private static String figures(List<Figure> figures) {
    List<String> html = new ArrayList<>();
    for (Figure figure : figures) {
      html.add(
          "<figure>\n"
              + figure.drawing().svg(Theme.PAGE)
              + "<figcaption>"
              + Markup.escaped(figure.caption() + " Files: figures/" + figure.name() + ".svg, .png")
              + "</figcaption>\n</figure>\n");
    }
    return String.join("", html);
  }
}

package dev.rote.analysis;

import dev.rote.data.Inputs;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A test accuracy that a paper reports for symmetric label noise, mean over its seeds, after the
 * last epoch.
 *
 * @param dataset name of the data set
 * @param network the network
 * @param samples number of training images
 * @param epochs epochs trained
 * @param loss the loss
 * @param noiseRate share of the labels that is altered
 * @param testAccuracy in percent, as printed
 * @param source the paper
 */
public record PublishedFigure(
    String dataset,
    NetworkName network,
    int samples,
    int epochs,
    LossSpec loss,
    double noiseRate,
    double testAccuracy,
    String source) {
  private static final List<PublishedFigure> ALL = read();

  /**
   * Returns all figures that are known: those of {@code published.csv} among this package's
   * resources.
   */
  public static List<PublishedFigure> all() {
    return ALL;
  }

  /**
   * Returns the figure for a condition, whatever the number of images and epochs of the condition:
   * to be compared with care where these differ.
   */
  public static Optional<PublishedFigure> of(Condition condition) {
    Setting setting = condition.setting();
    return ALL.stream()
        .filter(
            figure ->
                setting.inputs() == Inputs.NONE
                    && figure.dataset.equals(setting.dataset())
                    && figure.network.equals(setting.network())
                    && figure.loss.equals(condition.loss())
                    && condition.symmetricRate().isPresent()
                    && figure.noiseRate == condition.symmetricRate().getAsDouble())
        .findFirst();
  }

  private static List<PublishedFigure> read() {
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (InputStream in = PublishedFigure.class.getResourceAsStream("published.csv");
        CSVParser rows = format.parse(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      List<PublishedFigure> figures = new ArrayList<>();
      for (CSVRecord row : rows) {
        figures.add(
            new PublishedFigure(
                row.get("dataset"),
                new NetworkName(row.get("network")),
                Integer.parseInt(row.get("samples")),
                Integer.parseInt(row.get("epochs")),
                LossSpec.parse(row.get("loss")),
                Double.parseDouble(row.get("noise_rate")),
                Double.parseDouble(row.get("test_accuracy")),
                row.get("source")));
      }
      return List.copyOf(figures);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

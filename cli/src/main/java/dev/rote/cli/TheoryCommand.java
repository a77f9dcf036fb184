package dev.rote.cli;

import dev.rote.run.TheoryFile;
import dev.rote.study.LossSpec;
import dev.rote.text.InputException;
import dev.rote.theory.StudyTheory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.global.torch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rote theory}: checks the theorem on the trained networks of a study. */
@Command(
    name = "theory",
    description = {
      "Checks the theorem about symmetric losses on the trained networks of a study.",
      "Computes risks with and without label noise as exact expectations, compares their order, and"
          + " writes theory.csv and theory-rates.csv to the study's directory."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TheoryCommand implements Callable<Integer> {
  @Mixin private Output output;

  @Parameters(paramLabel = "OUT", description = "results directory of a study")
  private Path out;

  @Option(
      names = "--loss",
      paramLabel = "LOSS",
      description = "another loss to check, besides those of the study; repeatable")
  private List<String> losses = List.of();

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      description = "another noise rate to check, besides those of the study; repeatable")
  private List<Double> rates = List.of();

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "where the images are now, if they have moved")
  private String data;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(out)) {
      throw new InputException(out + " is not a directory; give the results directory of a study");
    }
    torch.set_num_threads(Runtime.getRuntime().availableProcessors());
    PrintWriter text = output.results();
    StudyTheory theory =
        StudyTheory.of(
            out,
            new StudyTheory.Options(
                losses.stream().map(LossSpec::parse).toList(), rates, Optional.ofNullable(data)),
            (number, networks, run, epoch) ->
                output.notice(
                    "network %d/%d: %s, epoch %d".formatted(number, networks, run, epoch)));
    TheoryFile.writeOwn(out, theory.own());
    TheoryFile.writeRates(out, theory.rates());
    text.println();
    TheoryView.print(theory, text);
    text.println();
    text.println("Risks: " + out.resolve(TheoryFile.OWN) + ", " + out.resolve(TheoryFile.RATES));
    text.flush();
    return 0;
  }
}

package dev.rote.cli;

import dev.rote.run.TheoryFile;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rote theory}: holds the theorem against the trained networks of a study. */
@Command(
    name = "theory",
    description = {
      "Holds the theorem about symmetric losses against the trained networks of a study:",
      "risks with and without label noise, as exact expectations, and whether their order is kept.",
      "Writes theory.csv and theory-rates.csv to the study's directory."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TheoryCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Parameters(paramLabel = "OUT", description = "results directory of a study")
  private Path out;

  @Option(
      names = "--loss",
      paramLabel = "LOSS",
      description = "look at this loss too, beside those of the study; repeatable")
  private List<String> losses = List.of();

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      description = "look at this noise rate too, beside those of the study; repeatable")
  private List<Double> rates = List.of();

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "where the images are now, if not where the runs found them")
  private String data;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(out)) {
      throw new InputException(out + " is no directory; give the results directory of a study");
    }
    torch.set_num_threads(Runtime.getRuntime().availableProcessors());
    PrintWriter text = command.commandLine().getOut();
    StudyTheory theory =
        StudyTheory.of(
            out,
            new StudyTheory.Options(losses, rates, Optional.ofNullable(data)),
            (number, networks, run, epoch) -> {
              text.printf("network %d/%d: %s, epoch %d%n", number, networks, run, epoch);
              text.flush();
            });
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

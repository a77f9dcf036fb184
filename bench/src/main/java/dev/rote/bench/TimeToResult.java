package dev.rote.bench;

import dev.rote.format.AtomicFile;
import dev.rote.format.Directories;
import dev.rote.run.RunRecord;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code bench/run --results}: the time from a command to its finished result. */
@Command(
    name = "bench/run --results",
    description =
        "Measures the seconds from a command to its finished table or page, and the memory, beside"
            + " a Python program for the same where $PYTHON (default: python3) has NumPy and, for"
            + " the audit of images, PyTorch. Use a machine that does nothing else.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class TimeToResult implements Callable<Integer> {
  private static final int MOST_ROUNDS = 1000;

  @Spec private CommandSpec command;

  @Option(
      names = "--cases",
      split = ",",
      paramLabel = "NAME",
      description = "which cases, of those that the table names (default: all)")
  private List<String> wanted = List.of();

  @Option(names = "--short", description = "a small form of each case, which takes seconds")
  private boolean small;

  @Option(
      names = "--mnist",
      paramLabel = "DIR",
      description = "audit the MNIST in this directory (default: glyphs, which Rote makes itself)")
  private String mnist;

  @Option(
      names = "--cifar10",
      paramLabel = "DIR",
      description = "audit the CIFAR-10 in this directory, too")
  private String cifar10;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "1",
      description = "how often every case is measured (default: ${DEFAULT-VALUE})")
  private int rounds;

  @Option(names = "--csv", paramLabel = "FILE", description = "writes every measurement as CSV")
  private Path csv;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "writes the table as Markdown, as docs/speed.md has it")
  private Path markdown;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (rounds < 1 || rounds > MOST_ROUNDS) {
      throw new InputException("rounds " + rounds + " is outside [1, " + MOST_ROUNDS + "]");
    }
    ResultCase.Data data =
        new ResultCase.Data(Optional.ofNullable(mnist), Optional.ofNullable(cifar10));
    List<String> known = ResultCase.names(small, data);
    List<String> names = wanted.isEmpty() ? known : wanted;
    for (String name : names) {
      if (!known.contains(name)) {
        throw new InputException(Names.unknown("case", name, known));
      }
    }
    if (markdown != null) {
      BenchCommand.requireWritable(markdown);
    }
    Path directory = Files.createTempDirectory("rote-results");
    try {
      measure(names, data, directory);
    } finally {
      Directories.delete(directory);
    }
    return 0;
  }

  private void measure(List<String> names, ResultCase.Data data, Path directory)
      throws IOException, InterruptedException {
    Path rote = Path.of(System.getProperty("rote.bench.root")).resolve("rote");
    // Builds what has changed, so that no case does.
    Cost.of(List.of(rote.toString(), "--version"), directory);
    describe();
    StringBuilder rows = new StringBuilder("case,round,program,seconds,megabytes,auroc\n");
    StringBuilder table =
        new StringBuilder(
            "| case | Rote, s | MB | Python, s | MB | Python / Rote | AUROC of Rote, Python |\n"
                + "| --- | --- | --- | --- | --- | --- | --- |\n");
    for (String name : names) {
      ResultCase one = ResultCase.prepare(name, small, data, directory);
      Map<String, List<String>> programs = new LinkedHashMap<>();
      programs.put("rote", Stream.concat(Stream.of(rote.toString()), one.rote().stream()).toList());
      if (!one.python().isEmpty() && Python.has(one.modules())) {
        programs.put("python", Python.command(one.python()));
      }
      Map<String, List<Cost>> costs = new LinkedHashMap<>();
      Map<String, Double> aurocs = new LinkedHashMap<>();
      for (int round = 1; round <= rounds; round++) {
        for (Map.Entry<String, List<String>> program : programs.entrySet()) {
          Directories.delete(one.out());
          Cost cost = Cost.of(program.getValue(), directory);
          costs.computeIfAbsent(program.getKey(), p -> new ArrayList<>()).add(cost);
          double auroc = one.auroc();
          aurocs.put(program.getKey(), auroc);
          rows.append(
              String.format(
                  Locale.ROOT,
                  "%s,%d,%s,%.3f,%.0f,%s\n",
                  name,
                  round,
                  program.getKey(),
                  cost.seconds(),
                  cost.megabytes(),
                  Double.isNaN(auroc) ? "" : String.format(Locale.ROOT, "%.5f", auroc)));
        }
      }
      aurocs.values().removeIf(auroc -> Double.isNaN(auroc));
      print(name, costs, aurocs);
      table.append(markdown(name, costs, aurocs));
      Directories.delete(one.out());
    }
    if (csv != null) {
      AtomicFile.writeString(csv, rows.toString());
    }
    if (markdown != null) {
      AtomicFile.writeString(markdown, table + "\n");
    }
  }

  private void describe() {
    PrintWriter out = command.commandLine().getOut();
    RunRecord.Provenance here = RunRecord.Provenance.here();
    out.printf(
        "machine    %s, %d processors, %s%n", here.processor(), here.processors(), here.system());
    out.printf(
        "measured   %d round%s, rote %s, %s%n%n",
        rounds, rounds == 1 ? "" : "s", here.rote(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
    out.printf(
        "%-20s %9s %9s %9s %9s  %s%n",
        "case", "rote s", "MB", "python s", "MB", "python/rote (rounds)");
    out.flush();
  }

  private void print(String name, Map<String, List<Cost>> costs, Map<String, Double> aurocs) {
    StringBuilder line = new StringBuilder("%-20s".formatted(name));
    costs.forEach(
        (program, measured) ->
            line.append(
                String.format(
                    Locale.ROOT,
                    " %9.1f %9.0f",
                    rounds(measured, Cost::seconds).median(),
                    rounds(measured, Cost::megabytes).median())));
    if (costs.containsKey("python")) {
      line.append("  ").append(ratio(costs));
    }
    if (!aurocs.isEmpty()) {
      line.append("  AUROC");
      aurocs.forEach(
          (program, auroc) -> line.append(String.format(Locale.ROOT, " %s %.4f", program, auroc)));
    }
    command.commandLine().getOut().println(line);
    command.commandLine().getOut().flush();
  }

  private static String markdown(
      String name, Map<String, List<Cost>> costs, Map<String, Double> aurocs) {
    List<String> cells = new ArrayList<>(List.of("`" + name + "`"));
    for (String program : List.of("rote", "python")) {
      List<Cost> measured = costs.get(program);
      cells.add(measured == null ? "–" : text("%.1f", rounds(measured, Cost::seconds).median()));
      cells.add(measured == null ? "–" : text("%,.0f", rounds(measured, Cost::megabytes).median()));
    }
    cells.add(costs.containsKey("python") ? ratio(costs) : "–");
    cells.add(
        aurocs.isEmpty()
            ? "–"
            : aurocs.values().stream()
                .map(auroc -> text("%.4f", auroc))
                .collect(Collectors.joining(", ")));
    return Results.row(cells) + "\n";
  }

  private static String ratio(Map<String, List<Cost>> costs) {
    return Results.withRange(
        rounds(costs.get("python"), Cost::seconds).over(rounds(costs.get("rote"), Cost::seconds)));
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static Rounds rounds(List<Cost> costs, ToDoubleFunction<Cost> quantity) {
    return new Rounds(costs.stream().mapToDouble(quantity).boxed().toList());
  }
}

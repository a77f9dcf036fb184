package dev.rote.cli;

import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.engine.GpuState;
import dev.rote.engine.LibtorchProbe;
import dev.rote.engine.MainMemory;
import dev.rote.engine.Processor;
import dev.rote.study.Device;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rote doctor}: checks the machine, and names a remedy for each problem. */
@Command(
    name = "doctor",
    description =
        "Checks JVM, processor, memory, disk, libtorch, GPU and data; reports problems with their"
            + " remedy.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

  private static final Map<String, String> STYLES =
      Map.of("ok", "fg(green)", "warn", "fg(yellow)", "fail", "bold,fg(red)");

  /**
   * One line of the report.
   *
   * @param state {@code ok}, {@code warn} or {@code fail}
   */
  record Check(String state, String subject, String finding) {}

  @Mixin private Output.WithJson output;

  @Option(names = "--data", paramLabel = "DIR", description = "where mnist and cifar10 are")
  private Path data;

  private final List<Check> findings = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    ok("Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    ok("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    processor();
    memory();
    disk("native libraries", Path.of(System.getProperty("user.home"), ".javacpp"), 1);
    disk("working directory", Path.of("").toAbsolutePath(), 2);
    libtorch();
    gpu();
    look("mnist");
    look("cifar10");
    boolean failed = findings.stream().anyMatch(finding -> finding.state().equals("fail"));
    output.json(Map.of("ok", !failed, "findings", findings));
    return failed ? Main.FAILED : 0;
  }

  private void ok(String what, String found) {
    line("ok", what, found);
  }

  private void line(String state, String what, String found) {
    findings.add(new Check(state, what, found));
    PrintWriter out = output.results();
    String padded = output.styled(STYLES.get(state), state) + " ".repeat(6 - state.length());
    out.printf("%s%-18s %s%n", padded, what, found);
    out.flush();
  }

  private void processor() {
    int cores = Runtime.getRuntime().availableProcessors();
    List<String> flags = Processor.features();
    if (flags.isEmpty()) {
      ok("processor", cores + " cores");
      return;
    }
    String features =
        Stream.of("avx2", "avx512f", "avx512_bf16", "amx_bf16")
            .filter(flags::contains)
            .collect(Collectors.joining(" "));
    boolean slow = System.getProperty("os.arch").equals("amd64") && !flags.contains("avx2");
    line(
        slow ? "warn" : "ok",
        "processor",
        cores
            + " cores, "
            + (features.isEmpty() ? "no AVX2: training will be slow" : features)
            + (Processor.fastWithBf16() ? "" : "; bf16 would be slower than float32 here"));
  }

  private void memory() {
    MainMemory memory = MainMemory.here();
    double free = memory.freeBytes() / Main.GIB;
    String found = "%.1f of %.1f GiB free".formatted(free, memory.totalBytes() / Main.GIB);
    boolean little = free < 2;
    line(
        little ? "warn" : "ok",
        "memory",
        found
            + (little ? "; a run takes 1 to 3 GiB: use --workers 1 or close other programs" : ""));
  }

  private void disk(String what, Path path, int wantedGib) throws IOException {
    Path there = path;
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    double free = Files.getFileStore(there).getUsableSpace() / Main.GIB;
    boolean writable = Files.isWritable(there);
    String found = "%s: %.1f GiB free".formatted(path, free);
    if (!writable) {
      line("fail", what, there + " cannot be written; check its permissions");
    } else {
      line(
          free < wantedGib ? "warn" : "ok",
          what,
          found + (free < wantedGib ? "; make room for " + wantedGib + " GiB" : ""));
    }
  }

  private void libtorch() throws InterruptedException {
    LibtorchProbe.Outcome outcome = LibtorchProbe.run(Device.CPU);
    if (outcome.works()) {
      ok("libtorch", outcome.text());
    } else {
      line(
          "fail",
          "libtorch",
          "does not load: "
              + outcome.text()
              + "; delete ~/.javacpp and try again, or rebuild on this kind of machine");
    }
  }

  /** Warns only about a GPU that is present and cannot be used; having none is no problem. */
  private void gpu() throws InterruptedException {
    GpuState state = GpuState.ofThisMachine();
    Optional<String> obstacle = state.obstacle();
    if (obstacle.isEmpty()) {
      ok("GPU", state.gpu().orElseThrow().description() + "; studies take it");
    } else if (state.gpu().isEmpty()) {
      String none = "none: studies take the processors";
      state
          .failure()
          .ifPresentOrElse(why -> line("warn", "GPU", none + "; " + why), () -> ok("GPU", none));
    } else {
      line("warn", "GPU", state.gpu().get().description() + "; not used: " + obstacle.get());
    }
    if (state.gpu().isPresent() || state.natives()) {
      state.libraries().places().forEach(place -> ok("", place));
      String missing = String.join(", ", state.libraries().missing());
      if (!obstacle.orElse("").contains(missing)) {
        line("warn", "", "missing: " + missing);
      }
    }
  }

  private void look(String dataset) {
    try {
      DataSpec spec =
          DataSpec.of(dataset, Optional.ofNullable(data).map(Path::toString))
              .withSubset(Optional.of(10), Optional.of(10));
      DataSets.load(spec);
      ok(dataset, "found");
    } catch (InputException e) {
      line("warn", dataset, e.getMessage());
    }
  }
}

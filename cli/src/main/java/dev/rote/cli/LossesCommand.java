package dev.rote.cli;

import dev.rote.data.ImageShape;
import dev.rote.loss.Loss;
import dev.rote.loss.LossCurve;
import dev.rote.loss.LossKind;
import dev.rote.loss.LossParameter;
import dev.rote.loss.Losses;
import dev.rote.study.NetworkName;
import dev.rote.text.InputException;
import dev.rote.text.Term;
import dev.rote.train.StepTime;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rote losses}: describes every loss. */
@Command(
    name = "losses",
    description = {
      "Shows every loss: its formula, whether it is symmetric and bounded, and how hard it pulls at"
          + " the start.",
      "With a name or a text such as 'nce + 10*rce': details of that loss."
    },
    mixinStandardHelpOptions = true)
final class LossesCommand implements Callable<Integer> {
  static final int[] CLASSES = {10, 100, 1000};

  private static final int TIMED_BATCH = 128;
  private static final int TIMED_STEPS = 12;
  private static final int TIMED_ROUNDS = 200;

  @Mixin private Output.WithJson output;

  @Parameters(
      arity = "0..1",
      paramLabel = "LOSS",
      description = "a name, as in gce, or a text, as in 'gce(q=0.5)'")
  private String text;

  @Option(names = "--markdown", description = "print the generated part of docs/losses.md")
  private boolean markdown;

  @Option(
      names = "--plots",
      paramLabel = "DIR",
      description = "write charts of loss and gradient of all families of losses, as SVG")
  private Path plots;

  @Option(
      names = "--times",
      description = "measure what each loss adds to a training step of ResNet-32; half a minute")
  private boolean times;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = output.results();
    if (output.json()) {
      json();
    } else if (plots != null) {
      out.println(LossPlots.write(plots) + " charts in " + plots);
    } else if (times) {
      times(out);
    } else if (text != null) {
      describe(out);
    } else if (markdown) {
      out.print(LossesMarkdown.text());
    } else {
      table(out);
    }
    out.flush();
    return 0;
  }

  private static void table(PrintWriter out) {
    int width =
        Losses.kinds().stream()
            .mapToInt(kind -> Losses.parse(kind.example()).spec().toString().length())
            .max()
            .orElse(0);
    String row = "%-" + width + "s  %8s  %7s  %8s  %8s  %8s  %s";
    out.println(row.formatted("loss", "C(K=10)", "bounded", "K=10", "K=100", "K=1000", "L(h,y)"));
    for (LossKind kind : Losses.kinds()) {
      Loss loss = Losses.parse(kind.example());
      out.println(
          row.formatted(
              loss.spec(),
              constant(loss, CLASSES[0], "–"),
              loss.bounded() ? "yes" : "no",
              pull(loss, CLASSES[0]),
              pull(loss, CLASSES[1]),
              pull(loss, CLASSES[2]),
              kind.definition().formula()));
    }
    out.println();
    out.println(
        "h: softmax of the logits z; y: label; K: classes. C: the constant sum over labels of a"
            + " symmetric");
    out.println(
        "loss. K=…: −∂L/∂z_y at a uniform softmax, the pull with which training begins (cce: 1 −"
            + " 1/K).");
    out.println(
        "Losses add up, as in 'nce + 10*rce'. A class of your own: com.example.MyLoss. More: rote"
            + " losses NAME");
  }

  /** Prints the losses of the table, or the one that was named, as JSON. */
  private void json() {
    if (plots != null || times || markdown) {
      throw new InputException("--json does not go with --plots, --times or --markdown");
    }
    List<Map<String, Object>> losses = new ArrayList<>();
    if (text == null) {
      for (LossKind kind : Losses.kinds()) {
        losses.add(fields(Losses.parse(kind.example()), Optional.of(kind)));
      }
    } else {
      Named named = named();
      losses.add(fields(named.loss(), named.kind()));
    }
    output.json(Map.of("losses", losses));
  }

  private static Map<String, Object> fields(Loss loss, Optional<LossKind> kind) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("loss", loss.spec());
    fields.put("name", kind.map(LossKind::name).orElse(null));
    fields.put("title", kind.map(k -> k.definition().title()).orElse(null));
    fields.put("formula", kind.map(k -> k.definition().formula()).orElse(null));
    fields.put("source", kind.map(k -> k.definition().source()).orElse(null));
    fields.put("bounded", loss.bounded());
    Map<String, Double> constants = new LinkedHashMap<>();
    Map<String, Double> pulls = new LinkedHashMap<>();
    for (int classes : CLASSES) {
      OptionalDouble constant = loss.symmetryConstant(classes);
      constants.put("" + classes, constant.isPresent() ? constant.getAsDouble() : null);
      pulls.put("" + classes, LossCurve.pullAtUniform(loss, classes));
    }
    fields.put("symmetry_constant_by_classes", constants);
    fields.put("pull_by_classes", pulls);
    return fields;
  }

  private static void times(PrintWriter out) {
    int classes = CLASSES[0];
    double step =
        StepTime.ofNetwork(
            new NetworkName("resnet32"),
            ImageShape.square(3, 32),
            classes,
            TIMED_BATCH,
            TIMED_STEPS);
    out.println(
        "ResNet-32, batch %d, float32, 1 thread: %.1f ms a step without its loss"
            .formatted(TIMED_BATCH, 1e3 * step));
    out.println("loss: microseconds for values and gradients; share of a step beyond that of cce");
    List<Loss> losses = Losses.kinds().stream().map(kind -> Losses.parse(kind.example())).toList();
    double[] seconds = StepTime.ofLosses(losses, classes, TIMED_BATCH, TIMED_ROUNDS);
    for (int i = 0; i < seconds.length; i++) {
      out.println(
          "%-35s %6.0f  %+.2f%%"
              .formatted(
                  losses.get(i).spec(),
                  1e6 * seconds[i],
                  100 * (seconds[i] - seconds[0]) / (step + seconds[0])));
    }
  }

  private void describe(PrintWriter out) {
    Named named = named();
    Loss loss = named.loss();
    Optional<LossKind> kind = named.kind();
    out.println(loss.spec());
    kind.ifPresent(
        k -> {
          out.println("  " + k.definition().title());
          line(out, "L(h,y)", k.definition().formula());
          line(out, "source", k.definition().source());
          for (LossParameter parameter : k.parameters()) {
            line(out, parameter.name(), describe(parameter));
          }
          line(out, "values", k.definition().bounds());
        });
    line(out, "bounded", loss.bounded() ? "yes" : "no");
    line(out, "symmetric", symmetric(loss));
    line(out, "pull", pulls(loss) + " (−∂L/∂z_y at a uniform softmax)");
    kind.ifPresent(k -> k.definition().remarks().forEach(remark -> out.println("  * " + remark)));
  }

  private record Named(Loss loss, Optional<LossKind> kind) {}

  /** Returns the loss that was asked for, by a bare name with its defaults or by a full text. */
  private Named named() {
    Optional<LossKind> kind =
        Losses.kinds().stream().filter(k -> k.name().equals(text.strip())).findFirst();
    return kind.isPresent()
        ? new Named(Losses.parse(kind.get().example()), kind)
        : new Named(Losses.parse(text), kindOf(text));
  }

  /** Returns the kind of a text that is one loss, not a sum and not a class. */
  private static Optional<LossKind> kindOf(String text) {
    List<Term.Weighted> sum = Term.parseSum(text);
    return sum.size() == 1
        ? Losses.kinds().stream()
            .filter(kind -> kind.name().equals(sum.get(0).term().name()))
            .findFirst()
        : Optional.empty();
  }

  private static void line(PrintWriter out, String what, String text) {
    out.println("  %-10s %s".formatted(what, text));
  }

  static String describe(LossParameter parameter) {
    return parameter.meaning()
        + (parameter.standard().isEmpty() ? "" : "; default " + parameter.standard())
        + parameter
            .range()
            .map(range -> (parameter.whole() ? "; whole, in " : "; in ") + range)
            .orElse("");
  }

  private static String symmetric(Loss loss) {
    return loss.symmetryConstant(CLASSES[0]).isEmpty()
        ? "no"
        : "yes, C = " + constants(loss) + " for K = 10, 100, 1000";
  }

  private static String constants(Loss loss) {
    return Arrays.stream(CLASSES)
        .mapToObj(classes -> constant(loss, classes, "none"))
        .collect(Collectors.joining(", "));
  }

  private static String pulls(Loss loss) {
    return Arrays.stream(CLASSES)
        .mapToObj(classes -> pull(loss, classes) + " for K=" + classes)
        .collect(Collectors.joining(", "));
  }

  static String constant(Loss loss, int classes, String none) {
    OptionalDouble constant = loss.symmetryConstant(classes);
    return constant.isPresent() ? number(constant.getAsDouble()) : none;
  }

  static String pull(Loss loss, int classes) {
    return number(LossCurve.pullAtUniform(loss, classes));
  }

  /** Formats a value with three significant digits. */
  private static String number(double value) {
    if (value == 0) {
      return "0";
    }
    java.math.BigDecimal rounded =
        new java.math.BigDecimal(value).round(new java.math.MathContext(3));
    return Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6
        ? rounded.stripTrailingZeros().toPlainString()
        : String.format(Locale.ROOT, "%.2e", value);
  }
}

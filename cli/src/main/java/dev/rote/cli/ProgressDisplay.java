package dev.rote.cli;

import dev.rote.engine.PlannedRun;
import dev.rote.engine.Study;
import dev.rote.engine.StudyListener;
import dev.rote.engine.TimeEstimate;
import dev.rote.run.EpochRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * Shows the progress of a study or an audit: on a terminal, a bar for each run that is training,
 * redrawn in place; elsewhere a line for each epoch.
 */
final class ProgressDisplay implements StudyListener, AutoCloseable {
  private static final int NARROWEST = 20;

  /** A run under way. */
  private static final class Bar {
    final PlannedRun run;
    final int firstEpoch;
    final long start = System.nanoTime();
    double done;
    EpochRecord last;

    Bar(PlannedRun run, int epochsDone) {
      this.run = run;
      this.firstEpoch = epochsDone;
      this.done = epochsDone;
    }

    long secondsLeft() {
      double trained = done - firstEpoch;
      double seconds = (System.nanoTime() - start) / 1e9;
      return trained < 0.02 ? -1 : Math.round(seconds / trained * (run.epochs() - done));
    }
  }

  private static final int SHORTEST_LABEL = 9;

  private final PrintWriter out;
  private final Terminal terminal;
  private Map<PlannedRun, String> titles = Map.of();
  private int titleWidth;
  private final Map<PlannedRun, Bar> bars = new LinkedHashMap<>();
  private final TimeLeft<PlannedRun> timeLeft = new TimeLeft<>();
  private long begun;
  private int linesDrawn;
  private int finished;
  private boolean closed;

  private Action onceLocked = () -> {};

  /** Called once the results directory is locked. */
  interface Action {
    void run() throws IOException;
  }

  /** Sets what is called once the results directory is locked. */
  void onceLocked(Action action) {
    onceLocked = action;
  }

  private ProgressDisplay(PrintWriter out, Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Returns a display on standard error, with bars if the process has a terminal. */
  static ProgressDisplay on(Output output) {
    Terminal terminal = null;
    if (!output.quiet() && System.console() != null && !"dumb".equals(System.getenv("TERM"))) {
      try {
        terminal = TerminalBuilder.builder().system(true).dumb(true).nativeSignals(false).build();
      } catch (IOException e) {
        // Lines are printed instead.
      }
    }
    return new ProgressDisplay(output.notices(), terminal);
  }

  @Override
  public synchronized void training(List<PlannedRun> unfinished) {
    // An audit may train more networks than it began with.
    begun = titles.isEmpty() ? System.nanoTime() : begun;
    unfinished.forEach(run -> timeLeft.add(run, run.epochs() - run.epochsDone()));
    List<PlannedRun> all = new ArrayList<>(titles.keySet());
    all.addAll(unfinished);
    titles = PlannedRun.titles(all);
    titleWidth = titles.values().stream().mapToInt(String::length).max().orElse(0);
  }

  @Override
  public synchronized void notice(String line) {
    say("%s", line);
  }

  @Override
  public synchronized void begins(Study study) {
    PlanView.print(study, out);
    try {
      onceLocked.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void started(PlannedRun run, int epochsDone) {
    bars.put(run, new Bar(run, epochsDone));
    if (epochsDone > 0) {
      say("%s", title(run) + ": continuing after epoch " + epochsDone);
    }
    draw();
  }

  @Override
  public synchronized void progress(PlannedRun run, int epoch, double fraction) {
    Bar bar = bars.get(run);
    if (bar != null) {
      bar.done = epoch - 1 + fraction;
      timeLeft.set(run, run.epochs() - bar.done);
      draw();
    }
  }

  @Override
  public synchronized void epoch(PlannedRun run, EpochRecord record) {
    Bar bar = bars.get(run);
    bar.last = record;
    bar.done = record.epoch();
    timeLeft.set(run, run.epochs() - bar.done);
    if (terminal == null) {
      say(
          "%-" + titleWidth + "s  epoch %3d/%d  %s  loss %.4f  %.1f s, %s left",
          title(run),
          record.epoch(),
          run.epochs(),
          accuracies(record),
          Double.isNaN(record.loss()) ? record.running().loss() : record.loss(),
          record.seconds(),
          TimeEstimate.inWords(Math.max(0, bar.secondsLeft())));
    }
    draw();
  }

  private String title(PlannedRun run) {
    return titles.getOrDefault(run, run.label());
  }

  /** Returns J1 and J2 of an epoch, or what the network of an audit's fold measures instead. */
  private static String accuracies(EpochRecord epoch) {
    return Double.isNaN(epoch.memorization().j1())
        ? String.format(
            Locale.ROOT, "running J1 %.3f  held out %.3f", epoch.running().j1(), epoch.test())
        : String.format(
            Locale.ROOT, "J1 %.3f  J2 %.3f", epoch.memorization().j1(), epoch.memorization().j2());
  }

  @Override
  public synchronized void finished(PlannedRun run) {
    Bar bar = bars.remove(run);
    finished++;
    timeLeft.set(run, 0);
    if (bar != null && bar.last != null) {
      say("%-" + titleWidth + "s  done: %s  (%s)", title(run), accuracies(bar.last), whole());
    }
    draw();
  }

  @Override
  public synchronized void retrying(PlannedRun run, String reason) {
    bars.remove(run);
    say("%s", title(run) + ": " + reason + "; continuing from its last epoch");
    draw();
  }

  @Override
  public synchronized void failed(PlannedRun run, String reason, boolean refused) {
    bars.remove(run);
    timeLeft.remove(run);
    say("%s", title(run) + ": failed: " + reason);
    draw();
  }

  /** Returns how far all runs are together. */
  private String whole() {
    long left = timeLeft.seconds((System.nanoTime() - begun) / 1e9);
    return finished
        + " of "
        + titles.size()
        + (left < 0 || finished == titles.size()
            ? ""
            : ", " + TimeEstimate.inWords(left) + " left");
  }

  /** Prints a line that stays above the bars. */
  private void say(String format, Object... values) {
    erase();
    out.println(String.format(format, values));
    out.flush();
  }

  private void erase() {
    if (linesDrawn > 0) {
      out.print("\r\u001b[" + linesDrawn + "A\u001b[J");
      linesDrawn = 0;
    }
  }

  private void draw() {
    if (terminal == null || closed) {
      return;
    }
    erase();
    int width = terminal.getWidth() <= 0 ? 80 : Math.max(NARROWEST, terminal.getWidth() - 1);
    for (Bar bar : bars.values()) {
      out.println(line(bar, width));
      linesDrawn++;
    }
    if (titles.size() > 1) {
      String whole = "runs: " + whole();
      out.println(whole.substring(0, Math.min(whole.length(), width)));
      linesDrawn++;
    }
    out.flush();
  }

  private String line(Bar bar, int width) {
    String figures =
        "%3d/%d".formatted((int) Math.min(bar.done + 1, bar.run.epochs()), bar.run.epochs());
    if (bar.last != null) {
      figures += "  " + accuracies(bar.last);
    }
    long left = bar.secondsLeft();
    figures += left < 0 ? "" : "  " + TimeEstimate.inWords(left) + " left";
    String label = ("%-" + titleWidth + "s").formatted(title(bar.run));
    return fitted(label, figures, bar.done / bar.run.epochs(), width);
  }

  /**
   * Returns a bar that fits the width: figures first, then the label, with its middle left out
   * where there is no room for all of it, then as much bar as there is room for.
   *
   * @param done share of the run that is done
   */
  static String fitted(String label, String figures, double done, int width) {
    int room = width - label.length() - figures.length() - 4;
    if (room >= 8) {
      int cells = Math.min(30, room - 2);
      int full = (int) Math.round(cells * done);
      return label + " [" + "#".repeat(full) + ".".repeat(cells - full) + "] " + figures;
    }
    int letters = Math.max(SHORTEST_LABEL, width - figures.length() - 1);
    String text = label.strip();
    String shown = text;
    if (text.length() > letters) {
      int end = letters / 2;
      shown = text.substring(0, letters - end - 1) + "…" + text.substring(text.length() - end);
    }
    String line = shown + " " + figures;
    return line.length() <= width ? line : line.substring(0, Math.max(0, width));
  }

  @Override
  public synchronized void close() {
    erase();
    if (terminal != null) {
      out.print("\r\u001b[J"); // the ^C that a terminal shows
    }
    closed = true;
    out.flush();
  }
}

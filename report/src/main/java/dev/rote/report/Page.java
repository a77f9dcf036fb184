package dev.rote.report;

import dev.rote.analysis.AlteredSamples;
import dev.rote.analysis.Condition;
import dev.rote.analysis.Evidence;
import dev.rote.analysis.Measure;
import dev.rote.analysis.Replicates;
import dev.rote.analysis.Setting;
import dev.rote.analysis.TestAccuracy;
import dev.rote.claim.Claim;
import dev.rote.claim.Verdict;
import dev.rote.figure.Theme;
import dev.rote.memorization.SeedSummary;
import dev.rote.run.RunRecord;
import dev.rote.run.Summary;
import dev.rote.study.Augmentation;
import dev.rote.study.OptimizerSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The page: one file, which asks nothing of any network. */
final class Page {
  private static final int SAMPLES_OF_A_KIND = 12;

  private final Evidence evidence;
  private final List<Claim> claims;
  private final List<Figure> figures;
  private final List<TestAccuracy> accuracies;
  private final Html html = new Html();

  Page(Evidence evidence, List<Claim> claims, List<Figure> figures, List<TestAccuracy> accuracies) {
    this.evidence = evidence;
    this.claims = claims;
    this.figures = figures;
    this.accuracies = accuracies;
  }

  String html() throws IOException {
    html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.raw("<link rel=\"icon\" href=\"data:,\">\n");
    html.element("title", "Rote: " + headline());
    html.raw("<style>\n" + resource("report.css") + "</style>\n</head>\n<body>\n");
    html.raw("<a class=\"skip\" href=\"#verdicts\">To the verdicts</a>\n<header>\n");
    html.element("p class=\"kicker\"", "Rote · what networks learn by rote");
    html.element("h1", headline());
    html.element("p", intro());
    html.raw("<nav aria-label=\"Sections\">");
    for (String[] section :
        new String[][] {
          {"verdicts", "Verdicts"},
          {"figures", "Figures"},
          {"means", "Means over seeds"},
          {"runs", "Runs"},
          {"samples", "Samples"},
          {"missing", "What is missing"},
          {"settings", "Settings"}
        }) {
      html.raw("<a href=\"#" + section[0] + "\">").text(section[1]).raw("</a> ");
    }
    html.raw("</nav>\n</header>\n<main>\n");
    verdicts();
    figures();
    means();
    runs();
    samples();
    missing();
    settings();
    html.raw("</main>\n<script>\n" + resource("report.js") + "</script>\n</body>\n</html>\n");
    return html.toString();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String headline() {
    Set<String> places = new LinkedHashSet<>();
    evidence.settings().forEach(s -> places.add(s.network() + " on " + s.dataset()));
    return String.join(", ", places);
  }

  private String intro() {
    long seeds =
        evidence.runs().stream().map(run -> run.run().record().spec().seed()).distinct().count();
    long losses = evidence.replicates().stream().map(g -> g.condition().loss()).distinct().count();
    return "%d run%s of %d loss%s at %d seed%s. Labels were altered at a known rate η, and after every epoch the network, its weights fixed, was asked for the training images' classes: J1 is the share that agrees with the observed labels, altered ones included, J2 the share that agrees with the original ones. A network that memorizes ends with J1 near 1; one that resists ends with J1 near 1−η and J2 above it."
        .formatted(
            evidence.runs().size(),
            evidence.runs().size() == 1 ? "" : "s",
            losses,
            losses == 1 ? "" : "es",
            seeds,
            seeds == 1 ? "" : "s");
  }

  private void verdicts() {
    html.raw("<section id=\"verdicts\">\n");
    html.element("h2", "Verdicts");
    html.element(
        "p", "The claims of Patel and Sastry (2021), each held against these runs and no others.");
    html.raw("<ol class=\"claims\">\n");
    for (Claim claim : claims) {
      html.raw("<li class=\"claim\" data-verdict=\"" + claim.verdict() + "\">");
      html.raw("<p><span class=\"badge " + badge(claim.verdict()) + "\">")
          .text(claim.verdict().toString())
          .raw("</span> ")
          .text(claim.claim())
          .raw("</p>\n");
      html.element("p class=\"quiet\"", claim.summary());
      if (!claim.figures().isEmpty()) {
        evidenceOf(claim);
      }
      html.raw("</li>\n");
    }
    html.raw("</ol>\n");
    figures.stream().findFirst().ifPresent(this::figure);
    html.raw("</section>\n");
  }

  private static String badge(Verdict verdict) {
    return switch (verdict) {
      case HOLDS -> "yes";
      case DOES_NOT_HOLD -> "no";
      case NOT_ENOUGH_RUNS -> "open";
    };
  }

  private void evidenceOf(Claim claim) {
    html.raw("<details><summary>");
    html.text(claim.figures().size() + (claim.figures().size() == 1 ? " figure" : " figures"));
    html.raw("</summary><div class=\"wide\"><table><thead><tr>");
    for (String head :
        List.of(
            "setting", "loss", "noise", "quantity", "value", "95% interval", "n", "asked", "")) {
      html.element("th scope=\"col\"", head);
    }
    html.raw("</tr></thead><tbody>\n");
    for (dev.rote.claim.Figure figure : claim.figures()) {
      html.raw("<tr>");
      html.element("td", figure.setting());
      html.element("td", figure.loss());
      html.element("td", figure.noise());
      html.element("td", figure.quantity());
      html.element("td class=\"number\"", number(figure.value()));
      html.element("td class=\"number\"", interval(figure.low(), figure.high()));
      html.element("td class=\"number\"", Integer.toString(figure.seeds()));
      html.element("td", figure.asked());
      html.element("td", figure.holds() ? "as claimed" : "not as claimed");
      html.raw("</tr>\n");
    }
    html.raw("</tbody></table></div>");
    html.element("p class=\"quiet\"", "Rests on: " + String.join(", ", claim.runs()));
    html.raw("</details>");
  }

  private void figure(Figure figure) {
    html.raw("<figure>\n" + figure.drawing().svg(Theme.PAGE));
    html.raw("<figcaption>")
        .text(figure.caption())
        .raw(" Files: figures/")
        .text(figure.name())
        .raw(".svg, .png</figcaption>\n</figure>\n");
  }

  private void figures() {
    html.raw("<section id=\"figures\">\n");
    html.element("h2", "Figures");
    for (Setting setting : evidence.settings()) {
      html.element("h3", setting.label());
      html.raw("<div class=\"figures\">\n");
      figures.stream().filter(f -> f.setting().equals(setting)).forEach(this::figure);
      html.raw("</div>\n");
    }
    html.raw("</section>\n");
  }

  private void means() {
    html.raw("<section id=\"means\">\n");
    html.element("h2", "Means over seeds");
    html.element(
        "p",
        "Finished runs that fitted, after their last epoch, with Student's 95% interval where there"
            + " are two seeds or more. The best test accuracy is that of an epoch chosen on the"
            + " test set: an upper bound, no estimate.");
    for (Setting setting : evidence.settings()) {
      html.element("h3", setting.label());
      means(evidence.of(setting));
      for (TestAccuracy table : accuracies) {
        if (table.setting().equals(setting)) {
          accuracies(table);
        }
      }
    }
    html.raw("</section>\n");
  }

  private void accuracies(TestAccuracy table) {
    html.element("h4", "Test accuracy, as papers report it");
    html.element(
        "p",
        "Percent, mean ± standard deviation over the seeds of all finished runs. The best epoch is"
            + " chosen on the test set."
            + table.sources().map(line -> " " + line).orElse(""));
    html.raw("<div class=\"wide\"><table class=\"sortable accuracies\"><thead><tr>");
    for (String head : List.of("noise", "loss", "n", "last epoch", "best epoch", "published")) {
      html.element("th scope=\"col\"", head);
    }
    html.raw("</tr></thead><tbody>\n");
    for (TestAccuracy.Row row : table.rows()) {
      html.raw("<tr>");
      html.element("td", row.noise());
      html.element("td", row.loss());
      html.element("td class=\"number\"", Integer.toString(row.last().seeds()));
      html.element("td class=\"number\"", TestAccuracy.percent(row.last()));
      html.element("td class=\"number\"", TestAccuracy.percent(row.best()));
      html.element(
          "td class=\"number\"",
          row.published()
              .map(figure -> String.format(Locale.ROOT, "%.2f", figure.testAccuracy()))
              .orElse("–"));
      html.raw("</tr>\n");
    }
    html.raw("</tbody></table></div>\n");
  }

  private void means(List<Replicates> groups) {
    html.raw("<div class=\"wide\"><table class=\"sortable\"><thead><tr>");
    for (String head :
        List.of(
            "loss",
            "noise",
            "n",
            "J1",
            "J2",
            "memorized",
            "corrected",
            "test",
            "best test",
            "noise rate read off",
            "true rate",
            "resistance")) {
      html.element("th scope=\"col\"", head);
    }
    html.raw("</tr></thead><tbody>\n");
    for (Replicates group : groups) {
      Condition condition = group.condition();
      html.raw("<tr>");
      html.element("td", condition.loss().toString());
      html.element("td", condition.noise().toString());
      html.element("td class=\"number\"", Integer.toString(group.counted().size()));
      for (Measure measure :
          List.of(Measure.J1, Measure.J2, Measure.MEMORIZED, Measure.CORRECTED, Measure.TEST)) {
        summary(group.last(measure));
      }
      summary(group.best(Measure.TEST));
      html.element(
          "td class=\"number\"",
          group
              .noiseRate()
              .map(r -> number(r.rate()) + " " + interval(r.low(), r.high()))
              .orElse("–"));
      summary(group.realizedRate());
      summary(
          condition.clean()
              ? Optional.empty()
              : evidence.cleanOf(group).flatMap(group::resistance));
      html.raw("</tr>\n");
    }
    html.raw("</tbody></table></div>\n");
  }

  private void summary(Optional<SeedSummary> value) {
    html.element(
        "td class=\"number\"",
        value.map(s -> (number(s.mean()) + " " + interval(s.low(), s.high())).strip()).orElse("–"));
  }

  private void runs() {
    html.raw("<section id=\"runs\">\n");
    html.element("h2", "Runs");
    html.raw(
        "<p><label for=\"filter\">Show runs with</label> <input id=\"filter\" type=\"search\""
            + " placeholder=\"e.g. rll 0.4 seed 2\"> <output id=\"shown\""
            + " for=\"filter\"></output></p>\n");
    html.raw("<div class=\"wide\"><table class=\"sortable\" id=\"run-table\"><thead><tr>");
    for (String head :
        List.of(
            "data set",
            "network",
            "loss",
            "noise",
            "seed",
            "epochs",
            "J1",
            "J2",
            "memorized",
            "corrected",
            "test",
            "best test",
            "flip epoch",
            "rate",
            "state",
            "minutes")) {
      html.element("th scope=\"col\"", head);
    }
    html.raw("</tr></thead><tbody>\n");
    for (Summary run : evidence.runs()) {
      var spec = run.run().record().spec();
      html.raw("<tr>");
      html.element("td", spec.data().dataset());
      html.element("td", spec.network().toString());
      html.element("td", spec.loss().toString());
      html.element("td", spec.noise().toString());
      html.element("td class=\"number\"", Long.toString(spec.seed()));
      html.element("td class=\"number\"", Integer.toString(run.last().epoch()));
      for (double value :
          new double[] {
            run.last().j1(),
            run.last().j2(),
            run.last().memorized(),
            run.last().corrected(),
            run.last().test(),
            run.bestTest()
          }) {
        html.element("td class=\"number\"", number(value));
      }
      html.element(
          "td class=\"number\"",
          run.flipEpoch().isPresent() ? Integer.toString(run.flipEpoch().getAsInt()) : "–");
      html.element("td class=\"number\"", Double.toString(spec.protocol().optimizer().rate()));
      html.element("td", state(run));
      html.element("td class=\"number\"", String.format(Locale.ROOT, "%.1f", run.seconds() / 60));
      html.raw("</tr>\n");
    }
    html.raw("</tbody></table></div>\n</section>\n");
  }

  private static String state(Summary run) {
    if (run.run().failure().isPresent()) {
      return "failed: " + run.run().failure().get();
    }
    if (!run.run().finished()) {
      return "unfinished";
    }
    return run.fit().fitted() ? "fitted" : run.fit().reason();
  }

  private void samples() throws IOException {
    html.raw("<section id=\"samples\">\n");
    html.element("h2", "Samples");
    html.element(
        "p",
        "Of the altered samples, some that each loss memorized and some that it corrected, after"
            + " the last epoch of its first seed, at most "
            + SAMPLES_OF_A_KIND
            + " of a kind. Below each: its original class, the label that was trained on, the class"
            + " that the network names.");
    Images images = new Images();
    for (Replicates group : evidence.replicates()) {
      Optional<Summary> first =
          group.runs().stream()
              .filter(run -> run.run().record().noise().realizedRate() > 0)
              .findFirst();
      if (first.isPresent()) {
        samples(group, first.get(), images);
      }
    }
    html.raw("</section>\n");
  }

  private void samples(Replicates group, Summary run, Images images) throws IOException {
    AlteredSamples samples = AlteredSamples.of(run, SAMPLES_OF_A_KIND);
    RunRecord record = run.run().record();
    html.raw("<details><summary>");
    html.text(
        "%s, %s, seed %d (%s): %,d memorized, %,d corrected"
            .formatted(
                group.condition().loss(),
                group.condition().noise(),
                record.spec().seed(),
                group.condition().setting().label(),
                samples.memorizedCount(),
                samples.correctedCount()));
    html.raw("</summary>\n");
    Optional<String> missing = images.missing(record);
    if (missing.isPresent()) {
      html.element("p class=\"quiet\"", "Images cannot be shown: " + missing.get() + ".");
    }
    gallery("Memorized", samples.memorized(), record, missing.isPresent() ? null : images);
    gallery("Corrected", samples.corrected(), record, missing.isPresent() ? null : images);
    html.raw("</details>\n");
  }

  private void gallery(
      String title, List<AlteredSamples.Sample> samples, RunRecord record, Images images) {
    html.element("h4", title);
    if (samples.isEmpty()) {
      html.element("p class=\"quiet\"", "None.");
      return;
    }
    List<String> names = record.data().classNames();
    html.raw("<ul class=\"gallery\">\n");
    for (AlteredSamples.Sample sample : samples) {
      String original = names.get(sample.original());
      String observed = names.get(sample.observed());
      String predicted = names.get(sample.predicted());
      html.raw("<li>");
      if (images != null) {
        html.raw("<img loading=\"lazy\" width=\"72\" height=\"72\" alt=\"");
        html.text("training image " + sample.position() + ", a " + original);
        html.raw("\" src=\"" + images.png(record, sample.position()) + "\">");
      }
      html.raw("<span>").text("was " + original).raw("</span><span>");
      html.text("trained as " + observed).raw("</span><span>");
      html.text("named " + predicted).raw("</span></li>\n");
    }
    html.raw("</ul>\n");
  }

  private void missing() {
    html.raw("<section id=\"missing\">\n");
    html.element("h2", "What is missing");
    if (evidence.gaps().isEmpty()) {
      html.element("p", "Nothing: every loss ran with every noise at every seed, and fitted.");
    } else {
      html.raw("<ul>\n");
      evidence.gaps().forEach(gap -> html.element("li", gap));
      html.raw("</ul>\n");
    }
    html.raw("</section>\n");
  }

  private void settings() {
    html.raw("<section id=\"settings\">\n");
    html.element("h2", "Settings, and how to make this again");
    for (String command : CommandLine.of(evidence)) {
      html.element("pre", command);
    }
    List<String> studies = new ArrayList<>();
    evidence.studies().forEach(path -> studies.add(path.toString()));
    html.element("pre", "./rote report " + String.join(" ", studies));
    html.raw("<div class=\"wide\"><table><thead><tr>");
    for (String head :
        List.of("setting", "optimizer", "schedule", "batch", "precision", "images (SHA-256)")) {
      html.element("th scope=\"col\"", head);
    }
    html.raw("</tr></thead><tbody>\n");
    for (Setting setting : evidence.settings()) {
      var protocol = setting.protocol();
      html.raw("<tr>");
      html.element("td", setting.label());
      html.element(
          "td",
          protocol.optimizer().name()
              + (protocol.optimizer() instanceof OptimizerSpec.Sgd sgd
                  ? ", momentum " + sgd.momentum()
                  : "")
              + ", weight decay "
              + protocol.optimizer().weightDecay()
              + protocol.clip().map(norm -> ", gradients clipped at " + norm).orElse(""));
      html.element(
          "td",
          protocol.schedule()
              + (protocol.augmentation().equals(Augmentation.NONE)
                  ? ""
                  : ", augmentation " + protocol.augmentation()));
      html.element("td class=\"number\"", Integer.toString(protocol.batchSize()));
      html.element("td", protocol.precision().toString());
      html.element("td class=\"hash\"", setting.digest());
      html.raw("</tr>\n");
    }
    html.raw("</tbody></table></div>\n");
    html.element("h3", "Made with");
    html.raw("<ul>\n");
    Set<String> provenance = new LinkedHashSet<>();
    for (Summary run : evidence.runs()) {
      RunRecord.Provenance p = run.run().record().provenance();
      provenance.add(
          "Rote %s, libtorch %s, %s, %s, %s, %d processors; %d thread%s a run"
              .formatted(
                  p.rote(),
                  p.libtorch(),
                  p.java(),
                  p.system(),
                  p.processor(),
                  p.processors(),
                  run.run().record().threads(),
                  run.run().record().threads() == 1 ? "" : "s"));
    }
    provenance.forEach(line -> html.element("li", line));
    String first =
        evidence.runs().stream()
            .map(run -> run.run().record().provenance().started())
            .min(String::compareTo)
            .orElse("");
    html.element("li", "First run begun " + first + "; this page written " + now() + ".");
    html.raw("</ul>\n</section>\n");
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    return value != 0 && Math.abs(value) < 5e-4
        ? String.format(Locale.ROOT, "%.1e", value)
        : String.format(Locale.ROOT, "%.3f", value);
  }

  private static String interval(double low, double high) {
    return Double.isNaN(low) || Double.isNaN(high)
        ? ""
        : String.format(Locale.ROOT, "[%.3f, %.3f]", low, high);
  }
}

package dev.rote.report.audit;

import dev.rote.audit.ClassRate;
import dev.rote.audit.Decision;
import dev.rote.audit.Estimate;
import dev.rote.audit.Rate;
import dev.rote.run.Json;
import dev.rote.text.Count;
import dev.rote.text.Markup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes an {@link AuditPage} as HTML, from the files beside this class. */
final class AuditHtml {
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  /** With more classes than this, the table is collapsed. */
  private static final int MOST_CLASSES = 30;

  private final AuditPage page;

  AuditHtml(AuditPage page) {
    this.page = page;
  }

  String text() {
    Map<String, String> parts =
        Map.ofEntries(
            Map.entry("title", Markup.escaped(page.title())),
            Map.entry("verdict", Markup.escaped(page.finding().verdict())),
            Map.entry("style", resource("audit.css")),
            Map.entry("script", resource("audit.js")),
            Map.entry("warnings", warnings()),
            Map.entry("mixed", mixed()),
            Map.entry("estimators", estimators()),
            Map.entry("classes", classes()),
            Map.entry("tables", tables()),
            Map.entry("command", command()),
            Map.entry("embedded", Markup.escaped(embedded())),
            Map.entry("apply", apply()),
            Map.entry("list", Markup.escaped(list())),
            Map.entry("data", data()));
    return PLACE
        .matcher(resource("audit.html"))
        .replaceAll(place -> Matcher.quoteReplacement(parts.get(place.group(1))));
  }

  /** Returns the policy of the page, with the hash of its script. */
  static String policy() {
    try {
      byte[] script = ("\n" + resource("audit.js") + "\n").getBytes(StandardCharsets.UTF_8);
      return "script-src 'sha256-%s'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
          .formatted(
              Base64.getEncoder()
                  .encodeToString(MessageDigest.getInstance("SHA-256").digest(script)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns a page with a line if its script is not that of this build, which alone runs. */
  static String served(String html) {
    return html.contains("<script>\n" + resource("audit.js") + "\n</script>")
        ? html
        : html.replaceFirst(
            "<main>",
            "<main>\n<p class=\"forgetful\"><strong>Another version of Rote wrote this page, so"
                + " nothing on it works here. Repeat the command of the audit to write it anew;"
                + " nothing is trained again.</strong></p>");
  }

  private String warnings() {
    if (page.finding().warnings().isEmpty()) {
      return "";
    }
    StringBuilder html = new StringBuilder("<section class=\"warnings\" aria-label=\"Warnings\">");
    html.append("<h2>Limits of this audit</h2>\n<ul>\n");
    page.finding()
        .warnings()
        .forEach(w -> html.append("<li>").append(Markup.escaped(w)).append("</li>\n"));
    return html.append("</ul>\n</section>").toString();
  }

  private String mixed() {
    return page.questions() > 1
        ? "Which labels are missing or extra?"
        : "Which classes are mixed up?";
  }

  private String estimators() {
    List<Estimate> estimates = page.finding().estimates();
    if (estimates.isEmpty()) {
      return "<p>There is no estimate: the networks learned too little.</p>";
    }
    double scale = scale(estimates.stream().map(Estimate::rate).toList());
    StringBuilder html =
        new StringBuilder(
            """
            <div class="wide"><table class="rates">
            <caption>Estimates of the share of wrong labels, with 95% intervals; the first is the headline</caption>
            <thead><tr><th scope="col">Estimate</th><th scope="col">Wrong</th><th scope="col">Interval</th><td></td></tr></thead>
            <tbody>
            """);
    for (int i = 0; i < estimates.size(); i++) {
      Estimate estimate = estimates.get(i);
      String kind = i == 0 ? "headline" : "estimator";
      rateRow(html, estimate.name(), estimate.what(), estimate.rate(), scale, kind);
    }
    return html.append("</tbody>\n</table></div>").toString();
  }

  /** Returns the introduction of the list of samples. */
  private String list() {
    AuditPage.Finding finding = page.finding();
    if (!finding.fitted()) {
      return "The networks learned too little: the order of these samples says little about their"
          + " labels.";
    }
    if (finding.wrong() > 0 && page.questions() > 1) {
      return "Here are the %,d most suspect answers, each about one sample and one class; about %,d of them are expected to be wrong.%s"
          .formatted(finding.wrong(), finding.expected(), elsewhere(finding));
    }
    return finding.wrong() == 0
        ? "No label is expected to be wrong. The samples are listed anyway, the most suspect first."
        : "Here are the %,d most suspect samples; about %,d of them are expected to have a wrong label.%s"
            .formatted(finding.wrong(), finding.expected(), elsewhere(finding));
  }

  /** Says that there are more wrong labels than the list can name, if so. */
  private String elsewhere(AuditPage.Finding finding) {
    long all =
        finding.estimates().isEmpty()
            ? 0
            : Math.round(finding.estimates().get(0).rate().value() * page.suspects().size());
    long more = all - finding.expected();
    return finding.wrong() < all && more > 0
        ? " About %,d more are probably among the others; this audit cannot tell which."
            .formatted(more)
        : "";
  }

  private String classes() {
    List<ClassRate> rates = page.finding().classes();
    if (rates.isEmpty()) {
      return "";
    }
    double scale = scale(rates.stream().map(ClassRate::rate).toList());
    StringBuilder html = new StringBuilder();
    boolean many = rates.size() > MOST_CLASSES;
    html.append("<section>").append(fold("Class by class"));
    if (many) {
      html.append("<details><summary>")
          .append(String.format(Locale.ROOT, "%,d classes", rates.size()))
          .append("</summary>\n");
    }
    html.append("<div class=\"wide\"><table class=\"rates\">");
    html.append("<caption>Share of the labels of each class that are wrong</caption>");
    html.append("<thead><tr><th scope=\"col\">Labelled as</th><th scope=\"col\">Wrong</th>");
    html.append("<th scope=\"col\">Interval</th><td></td></tr></thead><tbody>\n");
    for (ClassRate rate : rates) {
      String samples = Count.of(rate.samples(), "sample");
      rateRow(html, rate.name(), samples, rate.rate(), scale, "class");
    }
    html.append("</tbody></table></div>").append(many ? "</details>" : "");
    return html.append("</details></section>").toString();
  }

  /** Returns the beginning of what can be folded away, and is at first on a narrow window. */
  private static String fold(String heading) {
    return "<details class=\"fold\" open><summary><h2>"
        + Markup.escaped(heading)
        + "</h2></summary>\n";
  }

  /** Returns the right end of the bars: the smallest round share that none exceeds. */
  private static double scale(List<Rate> rates) {
    double largest =
        rates.stream()
            .filter(rate -> !Double.isNaN(rate.value()))
            .mapToDouble(r -> r.hasInterval() ? r.high() : r.value())
            .max()
            .orElse(1);
    return Math.min(1, Math.max(0.05, Math.ceil(largest * 20) / 20));
  }

  private static void rateRow(
      StringBuilder html, String name, String note, Rate rate, double scale, String kind) {
    html.append("<tr class=\"")
        .append(kind)
        .append("\"><th scope=\"row\">")
        .append(Markup.escaped(name));
    if (!note.isEmpty()) {
      html.append("<small>").append(Markup.escaped(note)).append("</small>");
    }
    if (Double.isNaN(rate.value())) {
      html.append("</th><td colspan=\"3\">too few samples to say</td></tr>\n");
      return;
    }
    html.append("</th><td class=\"number\">").append(Rate.percent(rate.value()));
    html.append("</td><td class=\"number\">");
    html.append(
        rate.hasInterval()
            ? Rate.percent(rate.low()) + " to " + Rate.percent(rate.high())
            : "none");
    double low = rate.hasInterval() ? rate.low() : rate.value();
    double high = rate.hasInterval() ? rate.high() : rate.value();
    html.append("</td><td class=\"bar\" aria-hidden=\"true\"><span style=\"")
        .append(
            String.format(
                Locale.ROOT,
                "--low:%.2f%%;--value:%.2f%%;--width:%.2f%%",
                100 * low / scale,
                100 * rate.value() / scale,
                100 * (high - low) / scale))
        .append("\"><i></i><b></b></span></td></tr>\n");
  }

  private String tables() {
    StringBuilder html = new StringBuilder();
    for (FactTable table : page.tables()) {
      html.append("<section>").append(fold(table.heading()));
      html.append("<div class=\"wide\"><table><caption>").append(Markup.escaped(table.caption()));
      html.append("</caption><thead><tr>");
      for (String column : table.columns()) {
        html.append("<th scope=\"col\">").append(Markup.escaped(column)).append("</th>");
      }
      html.append("</tr></thead><tbody>\n");
      for (int i = 0; i < table.rows().size(); i++) {
        html.append("<tr>");
        List<byte[]> pictures = i < table.pictures().size() ? table.pictures().get(i) : List.of();
        String shown = pictures.stream().map(AuditHtml::image).collect(Collectors.joining());
        for (String cell : table.rows().get(i)) {
          html.append("<td>").append(shown).append(Markup.escaped(cell)).append("</td>");
          shown = "";
        }
        html.append("</tr>\n");
      }
      html.append("</tbody></table></div></details></section>\n");
    }
    return html.toString();
  }

  private static String image(byte[] file) {
    String type = file[0] == (byte) 0xff ? "jpeg" : "png";
    return "<img class=\"beside\" alt=\"\" src=\"data:image/%s;base64,%s\">"
        .formatted(type, Base64.getEncoder().encodeToString(file));
  }

  private String command() {
    return page.use().command().isEmpty()
        ? ""
        : "<section>"
            + fold("Create this page again")
            + "<pre><code>"
            + Markup.escaped(page.use().command())
            + "</code></pre></details></section>";
  }

  private String apply() {
    return page.use().apply().isEmpty()
        ? "Export writes them to a file <code>decisions.csv</code>."
        : "<span class=\"then\">Then turn the exported file</span> into a corrected manifest:</p>\n"
            + "<pre><code>"
            + Markup.escaped(page.use().apply())
            + "</code></pre>\n"
            + "<p>Your own files are not changed. To train or audit with the result, name it with"
            + " <code>--manifest corrected.csv</code>.";
  }

  private String embedded() {
    long images = page.suspects().stream().filter(s -> s.picture().isPresent()).count();
    int all = page.suspects().size();
    return images == all
        ? "The images of all %,d samples are in this page.".formatted(all)
        : images == 0
            ? "No images are in this page; samples are listed by %s."
                .formatted(hasTexts() ? "text" : hasPaths() ? "path" : "their position in the data")
            : "The images of %,d of the %,d samples are in this page: the most suspect ones, and some that are typical of their class; the others are listed without."
                .formatted(images, all);
  }

  private boolean hasPaths() {
    return page.suspects().stream().anyMatch(s -> !s.path().isEmpty());
  }

  private boolean hasTexts() {
    return page.suspects().stream().anyMatch(s -> !s.text().isEmpty());
  }

  /** Column by column, so that 50,000 samples stay a few megabytes. */
  private String data() {
    List<ReviewSample> suspects = page.suspects();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("audit", page.audit());
    data.put("questions", page.questions());
    data.put("decided", decided());
    data.put("wrong", page.finding().fitted() ? page.finding().wrong() : 0);
    data.put("classes", page.classNames());
    data.put("ids", suspects.stream().mapToLong(ReviewSample::id).toArray());
    data.put("paths", hasPaths() ? suspects.stream().map(ReviewSample::path).toList() : null);
    data.put("texts", hasTexts() ? suspects.stream().map(ReviewSample::text).toList() : null);
    data.put("root", page.use().root().isEmpty() ? null : page.use().root());
    data.put("observed", suspects.stream().mapToInt(ReviewSample::observed).toArray());
    data.put("suggested", suspects.stream().mapToInt(ReviewSample::suggested).toArray());
    data.put(
        "probability",
        suspects.stream()
            .map(
                s -> Double.isNaN(s.probability()) ? null : Math.round(s.probability() * 1e4) / 1e4)
            .toList());
    data.put(
        "score",
        suspects.stream().map(s -> Double.isFinite(s.score()) ? shown(s.score()) : null).toList());
    Base64.Encoder base64 = Base64.getEncoder();
    data.put(
        "images",
        suspects.stream().map(s -> s.picture().map(base64::encodeToString).orElse(null)).toList());
    // escaped, so that no name can end the script element
    return Json.LINE.writeValueAsString(data).replace("<", "\\u003c");
  }

  /** Returns action, position of the class (-1 if dropped) and note of each decision, by id. */
  private Map<String, Object> decided() {
    Map<String, Object> decided = new LinkedHashMap<>();
    for (Decision decision : page.use().decided()) {
      decided.put(
          Long.toString(decision.id()),
          List.of(
              decision.action().toString(),
              page.classNames().indexOf(decision.label()),
              decision.note()));
    }
    return decided;
  }

  /** Rounds a score to three significant digits. */
  private static double shown(double score) {
    return new BigDecimal(score).round(new MathContext(3)).doubleValue();
  }

  private static String resource(String name) {
    try (InputStream in = AuditHtml.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

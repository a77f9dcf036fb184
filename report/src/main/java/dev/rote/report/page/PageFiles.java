package dev.rote.report.page;

import dev.rote.text.Markup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page's template, style and scripts, which are resources of this package, and uPlot. */
public final class PageFiles {
  /** The page's ES modules, each after those that it imports. */
  private static final List<String> MODULES =
      List.of("dom", "source", "overview", "drawing", "curves", "samples", "findings", "main");

  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private PageFiles() {}

  /** Returns the page for a server, which loads its style and scripts by address. */
  public static String live() {
    return fill(
        Map.of(
            "head",
            "<link rel=\"stylesheet\" href=\"uPlot.min.css\">\n"
                + "<link rel=\"stylesheet\" href=\"page.css\">",
            "title",
            "Rote",
            "figures",
            "",
            "scripts",
            "<script src=\"uPlot.iife.min.js\"></script>\n"
                + "<script type=\"module\" src=\"main.js\"></script>"));
  }

  /**
   * Returns the page as one file.
   *
   * @param data what {@code source.js} reads, as JSON
   * @param figures markup of the static figures
   */
  static String offline(String title, String data, String figures) {
    StringBuilder modules = new StringBuilder();
    // One script of all modules: a file has no addresses to import from.
    for (String module : MODULES) {
      modules.append(
          resource(module + ".js")
              .replaceAll("(?m)^import .*;\n", "")
              .replaceAll("(?m)^export ", ""));
    }
    String policy =
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:"
            + " blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">";
    return fill(
        Map.of(
            "head",
            policy
                + "\n<style>\n"
                + resource(UPLOT + "uPlot.min.css")
                + resource("page.css")
                + "</style>",
            "title",
            "Rote: " + Markup.escaped(title),
            "figures",
            figures,
            "scripts",
            "<script type=\"application/json\" id=\"data\">"
                + data
                + "</script>\n<script>\n"
                + resource(UPLOT + "uPlot.iife.min.js")
                + "</script>\n<script type=\"module\">\n"
                + modules
                + "</script>"));
  }

  private static String fill(Map<String, String> parts) {
    return PLACE
        .matcher(resource("page.html"))
        .replaceAll(place -> Matcher.quoteReplacement(parts.get(place.group(1))));
  }

  /**
   * Returns a file of the page by the name that the page asks for; null if there is none.
   *
   * @param name such as {@code main.js}
   */
  public static byte[] file(String name) {
    boolean ours = name.equals("page.css") || MODULES.contains(name.replaceFirst("\\.js$", ""));
    boolean uplot = name.equals("uPlot.min.css") || name.equals("uPlot.iife.min.js");
    return ours || uplot
        ? resource((uplot ? UPLOT : "") + name).getBytes(StandardCharsets.UTF_8)
        : null;
  }

  private static String resource(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

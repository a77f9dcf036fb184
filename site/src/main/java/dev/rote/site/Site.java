package dev.rote.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Makes a web site that needs no network from README.md, CONTRIBUTING.md, CHANGELOG.md and docs/.
 * Pages of Markdown become HTML under the same name, README.md becomes index.html, and files that
 * pages link to are copied. Ends with exit code 1 if a link or an anchor leads nowhere.
 */
public final class Site {
  private static final List<String> FIRST =
      List.of(
          "README.md",
          "docs/usage.md",
          "docs/audit.md",
          "docs/data.md",
          "docs/report.md",
          "docs/results.md",
          "docs/losses.md",
          "docs/library.md",
          "docs/files.md",
          "docs/json.md");

  private static final List<String> LAST = List.of("CONTRIBUTING.md", "CHANGELOG.md");

  private static final Pattern EXTERNAL = Pattern.compile("(?i)[a-z][a-z0-9+.-]*:.*");

  /** Pictures in raw HTML. */
  private static final Pattern SOURCE = Pattern.compile("(?:src|srcset)=\"([^\"]+)\"");

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --line: #8884; }
      body { font: 1rem/1.55 system-ui, sans-serif; margin: 0; display: flex; flex-wrap: wrap; }
      nav { padding: 1.5rem; flex: 0 0 11rem; }
      nav a { display: block; padding: .15rem 0; text-decoration: none; }
      nav a[aria-current] { font-weight: bold; }
      main { flex: 1 1 30rem; min-width: 0; max-width: 56rem; padding: 1rem 1.5rem 4rem; }
      pre { overflow-x: auto; padding: .7rem 1rem; border: 1px solid var(--line); border-radius: 6px; }
      code { font-size: .9em; }
      table { display: block; overflow-x: auto; border-collapse: collapse; }
      th, td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: left; }
      img { max-width: 100%; height: auto; }
      """;

  /** A page: its place in the repository, its content and its anchors. */
  private record Page(Path source, Node content, String title, Set<String> anchors) {}

  private final Path root;
  private final Path out;
  private final Map<Path, Page> pages = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();

  private Site(Path root, Path out) {
    this.root = root;
    this.out = out;
  }

  /** Takes the root of the repository and the directory to write to. */
  public static void main(String[] args) throws IOException {
    Site site = new Site(Path.of(args[0]), Path.of(args[1]));
    site.read();
    site.write();
    site.faults.forEach(System.err::println);
    System.exit(site.faults.isEmpty() ? 0 : 1);
  }

  private void read() throws IOException {
    Set<Path> sources = new java.util.LinkedHashSet<>();
    FIRST.forEach(name -> sources.add(Path.of(name)));
    try (Stream<Path> docs = Files.list(root.resolve("docs"))) {
      docs.filter(path -> path.toString().endsWith(".md"))
          .sorted()
          .forEach(path -> sources.add(Path.of("docs").resolve(path.getFileName())));
    }
    LAST.forEach(name -> sources.add(Path.of(name)));
    Parser parser = Parser.builder().extensions(List.of(TablesExtension.create())).build();
    for (Path source : sources) {
      Node content = parser.parse(Files.readString(root.resolve(source)));
      Set<String> anchors = new HashSet<>();
      List<String> headings = new ArrayList<>();
      content.accept(
          new AbstractVisitor() {
            @Override
            public void visit(Heading heading) {
              headings.add(text(heading));
              anchors.add(anchor(heading));
            }
          });
      String title = headings.isEmpty() ? source.toString() : headings.get(0);
      pages.put(source, new Page(source, content, title, anchors));
    }
  }

  private void write() throws IOException {
    HtmlRenderer renderer =
        HtmlRenderer.builder()
            .extensions(List.of(TablesExtension.create()))
            .attributeProviderFactory(
                context ->
                    (node, tag, attributes) -> {
                      if (node instanceof Heading heading) {
                        attributes.put("id", anchor(heading));
                      }
                    })
            .build();
    for (Page page : pages.values()) {
      List<Path> copies = new ArrayList<>();
      page.content()
          .accept(
              new AbstractVisitor() {
                @Override
                public void visit(Link link) {
                  link.setDestination(target(page, link.getDestination(), copies));
                  visitChildren(link);
                  if (link.getDestination().isEmpty()) { // a directory: the site has only files
                    while (link.getFirstChild() != null) {
                      link.insertBefore(link.getFirstChild());
                    }
                    link.unlink();
                  }
                }

                @Override
                public void visit(Image image) {
                  image.setDestination(target(page, image.getDestination(), copies));
                }
              });
      String body = renderer.render(page.content());
      Matcher source = SOURCE.matcher(body);
      while (source.find()) {
        target(page, source.group(1), copies);
      }
      for (Path copy : copies) {
        Path to = out.resolve(copy);
        Files.createDirectories(to.getParent());
        Files.copy(root.resolve(copy), to, StandardCopyOption.REPLACE_EXISTING);
      }
      Path file = out.resolve(html(page.source()));
      Files.createDirectories(file.getParent());
      Files.writeString(file, document(page, body));
    }
  }

  /**
   * Returns where a link leads in the site, and notes the file that has to be copied for it; empty
   * for a directory.
   */
  private String target(Page page, String link, List<Path> copies) {
    if (EXTERNAL.matcher(link).matches()) {
      return link;
    }
    String[] parts = link.split("#", 2);
    Path there =
        parts[0].isEmpty() ? page.source() : page.source().resolveSibling(parts[0]).normalize();
    Page other = pages.get(there);
    Optional<String> anchor = parts.length < 2 ? Optional.empty() : Optional.of(parts[1]);
    if (other != null) {
      if (anchor.isPresent() && !other.anchors().contains(anchor.get())) {
        faults.add(page.source() + ": " + link + " names a heading that does not exist");
      }
      return parts[0].isEmpty()
          ? link
          : relative(page, html(there)) + anchor.map(name -> "#" + name).orElse("");
    }
    if (!there.startsWith("..") && Files.isDirectory(root.resolve(there))) {
      return "";
    }
    if (there.startsWith("..") || !Files.isRegularFile(root.resolve(there))) {
      faults.add(page.source() + ": " + link + " does not exist");
    } else {
      copies.add(there);
    }
    return link;
  }

  private String document(Page page, String body) {
    StringBuilder nav = new StringBuilder();
    for (Page other : pages.values()) {
      nav.append(
          "<a href=\"%s\"%s>%s</a>\n"
              .formatted(
                  relative(page, html(other.source())),
                  other == page ? " aria-current=\"page\"" : "",
                  escaped(other.title())));
    }
    nav.append(
        "<a href=\"%s\">Javadoc</a>\n".formatted(relative(page, Path.of("javadoc/index.html"))));
    return """
    <!doctype html>
    <html lang="en">
    <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>%s</title><style>
    %s</style></head>
    <body><nav>
    %s</nav><main>
    %s</main></body></html>
    """
        .formatted(
            escaped(page.title().equals("Rote") ? "Rote" : page.title() + " – Rote"),
            STYLE,
            nav,
            body);
  }

  private static String relative(Page from, Path to) {
    return from.source().getParent() == null
        ? to.toString().replace('\\', '/')
        : from.source().getParent().relativize(to).toString().replace('\\', '/');
  }

  private static Path html(Path source) {
    String name = source.getFileName().toString();
    return source.resolveSibling(
        name.equals("README.md") ? "index.html" : name.replaceFirst("\\.md$", ".html"));
  }

  /** Returns the anchor that GitHub gives a heading. */
  private static String anchor(Heading heading) {
    return text(heading)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }

  private static String text(Node node) {
    StringBuilder text = new StringBuilder();
    node.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text part) {
            text.append(part.getLiteral());
          }

          @Override
          public void visit(Code part) {
            text.append(part.getLiteral());
          }
        });
    return text.toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}

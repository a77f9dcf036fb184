package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.format.Npy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What commands print with {@code --json} is what docs/json.md says. */
class JsonOutputTest {
  /** Refuses duplicate keys, and anything after the document. */
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Pattern COMMAND = Pattern.compile("`([^`]+)`");

  @TempDir static Path temp;

  /** Type by field, by command. */
  private static final Map<String, Map<String, String>> DOCUMENTED = new HashMap<>();

  @BeforeAll
  static void readDocs() throws IOException {
    List<String> commands = List.of();
    for (String line : Files.readAllLines(Path.of("../docs/json.md"))) {
      if (!line.startsWith("| ") || line.startsWith("| ---") || line.startsWith("| command")) {
        continue;
      }
      String[] cells = line.split("\\|");
      if (!cells[1].isBlank()) {
        commands = new ArrayList<>();
        Matcher command = COMMAND.matcher(cells[1]);
        while (command.find()) {
          commands.add(command.group(1));
        }
      }
      for (String command : commands) {
        DOCUMENTED
            .computeIfAbsent(command, c -> new TreeMap<>())
            .put(cells[2].strip().replace("`", ""), cells[3].strip());
      }
    }
  }

  private static JsonNode json(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    String[] all = java.util.Arrays.copyOf(args, args.length + 2);
    all[args.length] = "--json";
    all[args.length + 1] = "--quiet";
    int code = line.execute(all);
    assertThat(code).as(err.toString()).isZero();
    assertThat(err.toString()).isEmpty();
    return STRICT.readTree(out.toString());
  }

  /** Checks that the fields of a document are documented with their types, and returns them. */
  private static Set<String> check(Map<String, String> documented, JsonNode document) {
    Set<String> found = new TreeSet<>();
    check(documented, "", document, found);
    return found;
  }

  private static void check(
      Map<String, String> documented, String at, JsonNode node, Set<String> found) {
    String type = documented.get(at);
    if (type != null) {
      found.add(at);
      boolean right =
          node.isNull()
              || switch (type) {
                case "string" -> node.isString();
                case "number" -> node.isNumber();
                case "boolean" -> node.isBoolean();
                case "object" -> node.isObject();
                default -> throw new AssertionError("docs/json.md: unknown type " + type);
              };
      assertThat(right).as("%s is documented as %s, and is %s", at, type, node).isTrue();
    } else if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  check(
                      documented,
                      at.isEmpty() ? field.getKey() : at + "." + field.getKey(),
                      field.getValue(),
                      found));
    } else if (node.isArray()) {
      String elements = at + "[]";
      if (node.isEmpty()) {
        addElements(documented, elements, found);
      }
      node.forEach(element -> check(documented, elements, element, found));
    } else {
      // A list may be null as a whole.
      boolean list = addElements(documented, at + "[]", found);
      assertThat(node.isNull() && list).as("%s is not documented", at).isTrue();
    }
  }

  /** Takes the fields of a list's elements as found, since it has none to look at. */
  private static boolean addElements(
      Map<String, String> documented, String elements, Set<String> found) {
    return found.addAll(
            documented.keySet().stream().filter(field -> field.startsWith(elements)).toList())
        || documented.keySet().stream().anyMatch(field -> field.startsWith(elements));
  }

  private static void prints(String command, String... args) {
    assertThat(check(DOCUMENTED.get(command), json(args)))
        .as("fields of %s", command)
        .isEqualTo(DOCUMENTED.get(command).keySet());
  }

  private static String[] study(Path out, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                ("study --subset 200 --test-subset 50 --epochs 2 --loss cce --loss mse"
                        + " --noise symmetric(0.4) --network mlp --out "
                        + out)
                    .split(" ")));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  @Test
  void studyShowListAndReport() {
    Path out = temp.resolve("study");
    prints("study --dry-run", study(out, "--dry-run"));
    prints("study", study(out, "--workers", "1"));
    String[] plan = study(temp.resolve("planned"));
    plan[0] = "plan";
    prints("plan", plan);
    prints("show", "show", out.toString());
    prints("report", "report", out.toString());
    assertThat(json("show", out.toString()).get("planned").asInt()).isEqualTo(2);
    JsonNode listed = json("list", temp.toString());
    check(DOCUMENTED.get("list"), listed);
    assertThat(listed.get("studies").get(0).get("runs").asInt()).isEqualTo(2);
  }

  @Test
  void audits() throws IOException {
    Path out = temp.resolve("audits/trained");
    String[] images =
        ("audit --dataset glyphs --subset 200 --network mlp --epochs 1 --folds 2"
                + " --noise symmetric(0.2) --workers 1 --out "
                + out)
            .split(" ");
    String[] dry = java.util.Arrays.copyOf(images, images.length + 1);
    dry[images.length] = "--dry-run";
    prints("audit --dry-run", dry);
    assertThat(out).doesNotExist();
    prints("audit", images);
    prints("show AUDIT", "show", out.toString());
    prints("list", "list", temp.resolve("audits").toString());

    double[] rows = new double[120];
    int[] labels = new int[60];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 2;
      int predicted = i % 10 == 0 ? 1 - labels[i] : labels[i];
      rows[2 * i + predicted] = 0.6 + 0.005 * i;
      rows[2 * i + 1 - predicted] = 0.4 - 0.005 * i;
    }
    Path file = temp.resolve("rows.npy");
    Npy.write(file, rows, 60, 2);
    Path labelFile = temp.resolve("labels.npy");
    Npy.write(labelFile, labels, 60);
    Map<String, String> both = new TreeMap<>(DOCUMENTED.get("audit"));
    both.putAll(DOCUMENTED.get("audit --pred-probs"));
    for (String kind : List.of("--pred-probs", "--features")) {
      JsonNode document =
          json(
              "audit",
              kind,
              file.toString(),
              "--labels",
              labelFile.toString(),
              "--out",
              temp.resolve(kind).toString());
      assertThat(check(both, document))
          .containsAll(DOCUMENTED.get("audit --pred-probs").keySet())
          .contains("noise_rate");
    }
  }

  @Test
  void lossesAndDoctor() {
    prints("losses", "losses");
    prints("losses", "losses", "gce");
    JsonNode report = json("doctor");
    assertThat(check(DOCUMENTED.get("doctor"), report))
        .isEqualTo(DOCUMENTED.get("doctor").keySet());
    assertThat(report.get("ok").asBoolean()).isTrue(); // as the exit code is 0
    assertThat(report.get("findings").get(0).get("subject").asString()).isEqualTo("Java");
    for (JsonNode finding : report.get("findings")) {
      assertThat(finding.get("state").asString()).isIn("ok", "warn", "fail");
    }
  }

  @Test
  void everyCommandWithJsonIsDocumented() {
    Set<String> commands = new TreeSet<>();
    Main.commandLine()
        .getSubcommands()
        .forEach((name, command) -> collect(name, command, commands));
    assertThat(DOCUMENTED.keySet()).containsAll(commands);
  }

  private static void collect(String name, CommandLine command, Set<String> commands) {
    if (command.getCommandSpec().findOption("--json") != null) {
      commands.add(name);
    }
    command.getSubcommands().forEach((inner, line) -> collect(name + " " + inner, line, commands));
  }
}

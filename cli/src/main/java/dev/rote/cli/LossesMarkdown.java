package dev.rote.cli;

import dev.rote.loss.Loss;
import dev.rote.loss.LossKind;
import dev.rote.loss.LossParameter;
import dev.rote.loss.Losses;

/** Generates the part of docs/losses.md that is derived from the losses. */
final class LossesMarkdown {
  private static final int WIDTH = 120;

  private LossesMarkdown() {}

  static String text() {
    StringBuilder text = new StringBuilder();
    text.append("| loss, with its defaults | C (K=10) | bounded | K=10 | K=100 | K=1000 |\n");
    text.append("| --- | --- | --- | --- | --- | --- |\n");
    for (LossKind kind : Losses.kinds()) {
      Loss loss = Losses.parse(kind.example());
      text.append("| `").append(loss.spec()).append("` | ");
      text.append(LossesCommand.constant(loss, LossesCommand.CLASSES[0], "–")).append(" | ");
      text.append(loss.bounded() ? "yes" : "no");
      for (int classes : LossesCommand.CLASSES) {
        text.append(" | ").append(LossesCommand.pull(loss, classes));
      }
      text.append(" |\n");
    }
    for (LossKind kind : Losses.kinds()) {
      text.append("\n### `")
          .append(kind.name())
          .append("`: ")
          .append(kind.definition().title())
          .append("\n\n");
      text.append(
          wrapped(
              "L(h,y) = `%s`; values: %s. %s."
                  .formatted(
                      kind.definition().formula(),
                      kind.definition().bounds(),
                      kind.definition().source()),
              ""));
      if (!kind.parameters().isEmpty() || !kind.definition().remarks().isEmpty()) {
        text.append("\n");
      }
      for (LossParameter parameter : kind.parameters()) {
        text.append(
            item("`%s`: %s.".formatted(parameter.name(), LossesCommand.describe(parameter))));
      }
      kind.definition().remarks().forEach(remark -> text.append(item(remark)));
    }
    return text.toString();
  }

  private static String item(String content) {
    return wrapped("* " + content, "  ");
  }

  /** Wraps a paragraph. A line begins with a letter or a parenthesis: a sign would make a list. */
  private static String wrapped(String paragraph, String indent) {
    StringBuilder lines = new StringBuilder();
    int width = -1;
    for (String piece : paragraph.split(" (?=[\\p{L}(])")) {
      if (width + 1 + piece.length() > WIDTH) {
        lines.append('\n').append(indent);
        width = indent.length() - 1;
      } else if (width >= 0) {
        lines.append(' ');
      }
      lines.append(piece);
      width += 1 + piece.length();
    }
    return lines.append('\n').toString();
  }
}

package dev.rote.cli;

import dev.rote.loss.Loss;
import dev.rote.loss.LossKind;
import dev.rote.loss.LossParameter;
import dev.rote.loss.Losses;

/** The part of docs/losses.md that is made from the losses themselves. */
final class LossesMarkdown {
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
      text.append("\n### `").append(kind.name()).append("`: ").append(kind.title()).append("\n\n");
      text.append("L(h,y) = `").append(kind.formula()).append("`; values: ");
      text.append(kind.bounds()).append(". ").append(kind.source()).append(".\n");
      if (!kind.parameters().isEmpty() || !kind.remarks().isEmpty()) {
        text.append("\n");
      }
      for (LossParameter parameter : kind.parameters()) {
        text.append("* `").append(parameter.name()).append("`: ");
        text.append(LossesCommand.describe(parameter)).append(".\n");
      }
      kind.remarks().forEach(remark -> text.append("* ").append(remark).append("\n"));
    }
    return text.toString();
  }
}

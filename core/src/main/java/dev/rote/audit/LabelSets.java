package dev.rote.audit;

import dev.rote.text.InputException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How the cells of a table name several labels, or none.
 *
 * @param separator text between two labels; blanks around it do not count
 * @param classes names of the K classes
 */
public record LabelSets(String separator, List<String> classes) {
  /** What the absence of a label is called: {@code not dog}. */
  private static final String NOT = "not ";

  /**
   * Checks the names.
   *
   * @throws InputException if the separator is blank or part of a name, or an answer could be read
   *     in two ways
   */
  public LabelSets {
    classes = List.copyOf(classes);
    if (separator.isEmpty()) {
      throw new InputException("--multi-label needs a separator of labels, such as ';'");
    }
    for (String name : classes) {
      if (name.contains(separator)) {
        throw new InputException(
            "the class '%s' contains '%s', which separates labels; --multi-label names another separator"
                .formatted(name, separator));
      }
      if (classes.contains(NOT + name)) {
        throw new InputException(
            "the classes '%s' and '%s%s' cannot be told apart here; rename one"
                .formatted(name, NOT, name));
      }
    }
  }

  /** Returns the labels that a cell names, as they are written; none if it is blank. */
  static Set<String> labels(String cell, String separator) {
    Set<String> labels = new LinkedHashSet<>();
    for (String part : cell.split(Pattern.quote(separator))) {
      if (!part.isBlank()) {
        labels.add(part.strip());
      }
    }
    return labels;
  }

  /** Returns the labels that a cell names. */
  public Set<String> labels(String cell) {
    return labels(cell, separator);
  }

  /** Returns the cell with one more label, or without one; the others stay as they are written. */
  public String with(String cell, String label, boolean carried) {
    List<String> parts = new ArrayList<>(List.of(cell.split(Pattern.quote(separator))));
    parts.removeIf(part -> part.isBlank() || part.strip().equals(label));
    String others = String.join(separator, parts);
    String text = cell.equals(cell.strip()) ? others.strip() : others;
    return !carried ? text : text.isBlank() ? label : text.stripTrailing() + between(cell) + label;
  }

  /** Returns the separator with the blanks around it that a cell has. */
  private String between(String cell) {
    return Stream.of(" " + separator + " ", separator + " ")
        .filter(cell::contains)
        .findFirst()
        .orElse(separator);
  }

  /** Returns the names of the 2K answers: answer 2k denies class k, answer 2k+1 affirms it. */
  public List<String> answers() {
    List<String> answers = new ArrayList<>();
    for (String name : classes) {
      answers.add(NOT + name);
      answers.add(name);
    }
    return List.copyOf(answers);
  }
}

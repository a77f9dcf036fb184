package dev.rote.text;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A term such as {@code rll(alpha=0.1)}, {@code normalized(mse)} or {@code symmetric(0.4, exact)}:
 * the one text form of losses, noises and schedules.
 *
 * <p>An argument is a number, a bare word (letters, digits and {@code _ . / \ - : ~}), a text in
 * single or double quotes, or another term; it may have a name before {@code =}. Terms may be added
 * with weights: {@code nce + 10*rce}.
 *
 * @param name what the term names
 * @param arguments in the order in which they were written
 * @param source the whole text that the term was read from, for errors
 * @param column position in {@code source} where the term begins, from 1
 */
public record Term(String name, List<Argument> arguments, String source, int column) {
  /**
   * An argument of a term.
   *
   * @param key its name, if it has one
   * @param value a word, number or quoted text is a term without arguments
   * @param quoted whether it was written in quotes
   * @param column where it begins, from 1
   */
  public record Argument(Optional<String> key, Term value, boolean quoted, int column) {
    @Override
    public String toString() {
      String text = quoted ? "'" + value.name + "'" : value.toString();
      return key.map(k -> k + "=" + text).orElse(text);
    }
  }

  /** A term times a number. */
  public record Weighted(double weight, Term term) {
    /** Returns {@code 10*rce}, or the term alone at a weight of 1. */
    @Override
    public String toString() {
      return (weight == 1 ? "" : format(weight) + "*") + term;
    }
  }

  public Term {
    arguments = List.copyOf(arguments);
  }

  /**
   * Returns a text in the form of an argument, in quotes if the grammar needs them.
   *
   * @throws InputException if it needs quotes and contains both kinds
   */
  public static String word(String text) {
    if (!text.isEmpty() && text.chars().allMatch(c -> Parser.isWord((char) c))) {
      return text;
    }
    if (text.indexOf('\'') >= 0 && text.indexOf('"') >= 0) {
      throw new InputException(
          text
              + " has single and double quotes in it; give it another name, with one kind or none");
    }
    String quote = text.indexOf('\'') < 0 ? "'" : "\"";
    return quote + text + quote;
  }

  /** Reads one term. */
  public static Term parse(String text) {
    List<Weighted> sum = parseSum(text);
    if (sum.size() != 1 || sum.get(0).weight != 1) {
      throw new InputException("'" + text + "' is a sum; expected a single term");
    }
    return sum.get(0).term;
  }

  /** Reads a sum of terms with weights: {@code nce + 10*rce}. */
  public static List<Weighted> parseSum(String text) {
    return new Parser(text).wholeSum();
  }

  /** Refuses arguments beyond the given names and count of unnamed ones. */
  public Term allow(int unnamed, String... names) {
    List<Argument> given = arguments.stream().filter(a -> a.key.isEmpty()).toList();
    if (given.size() > unnamed) {
      throw error(
          name
              + " takes "
              + (unnamed == 0 ? "no" : "at most " + unnamed)
              + " unnamed argument"
              + (unnamed == 1 ? "" : "s")
              + ", not "
              + given.size(),
          given.get(unnamed).column);
    }
    Set<String> known = Set.of(names);
    for (Argument argument : arguments) {
      argument
          .key
          .filter(key -> !known.contains(key))
          .ifPresent(
              key -> {
                throw error(
                    known.isEmpty()
                        ? name + " takes no argument '" + key + "'"
                        : name + ": " + Names.unknown("argument", key, List.of(names)),
                    argument.column);
              });
    }
    return this;
  }

  /**
   * Returns the argument named {@code key}, or else the unnamed one at {@code position} (from 0;
   * -1: by name only).
   */
  public Optional<Term> argument(String key, int position) {
    List<Argument> named = arguments.stream().filter(a -> a.key.equals(Optional.of(key))).toList();
    List<Argument> unnamed = arguments.stream().filter(a -> a.key.isEmpty()).toList();
    if (named.size() > 1) {
      throw error(name + ": " + key + " is given twice", named.get(1).column);
    }
    if (named.size() == 1 && position >= 0 && unnamed.size() > position) {
      throw error(
          name + ": " + key + " is given twice, with its name and by its place",
          unnamed.get(position).column);
    }
    if (!named.isEmpty()) {
      return Optional.of(named.get(0).value);
    }
    return position >= 0 && position < unnamed.size()
        ? Optional.of(unnamed.get(position).value)
        : Optional.empty();
  }

  /** Returns the argument as {@link #argument(String, int)} finds it; an error if it is missing. */
  public Term required(String key, int position) {
    return argument(key, position)
        .orElseThrow(
            () ->
                error(
                    name
                        + " needs "
                        + key
                        + ", as in "
                        + name
                        + "("
                        + (position >= 0 ? "" : key + "=")
                        + "…)"));
  }

  /** Returns this term as a number. */
  public double number() {
    try {
      if (!arguments.isEmpty()) {
        throw new NumberFormatException();
      }
      return new BigDecimal(name).doubleValue();
    } catch (NumberFormatException e) {
      if (name.equalsIgnoreCase("nan") || name.toLowerCase(Locale.ROOT).matches("-?inf(inity)?")) {
        return name.equalsIgnoreCase("nan")
            ? Double.NaN
            : name.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      }
      throw error("'" + this + "' is not a number");
    }
  }

  /** Returns an error about this term that quotes the text and names the column. */
  public InputException error(String message) {
    return error(message, column);
  }

  private InputException error(String message, int at) {
    return new InputException(
        message + (source.equals(name) ? "" : " (column " + at + " of '" + source + "')"));
  }

  /** Returns the shortest text of a number that reads back as it. */
  public static String format(double number) {
    if (number == Math.rint(number) && Math.abs(number) < 1e15) {
      return Long.toString((long) number);
    }
    String plain = new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
    return plain.length() <= 12 ? plain : Double.toString(number);
  }

  /** Compares canonical texts: where a term was read makes no difference. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Term term && toString().equals(term.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** Returns the canonical text: single spaces, numbers in their shortest form. */
  @Override
  public String toString() {
    if (arguments.isEmpty()) {
      try {
        return format(new BigDecimal(name).doubleValue());
      } catch (NumberFormatException e) {
        return name;
      }
    }
    return name
        + arguments.stream().map(Argument::toString).collect(Collectors.joining(", ", "(", ")"));
  }

  private static final class Parser {
    /** Deepest nesting; more would overflow the stack. */
    private static final int DEEPEST = 50;

    private final String text;
    private int at;
    private int depth;

    Parser(String text) {
      this.text = text;
    }

    List<Weighted> wholeSum() {
      List<Weighted> sum = new ArrayList<>();
      do {
        sum.add(weighted());
      } while (take('+'));
      if (at < text.length()) {
        throw error("'" + text.charAt(at) + "' is not expected");
      }
      return List.copyOf(sum);
    }

    private Weighted weighted() {
      Term first = term();
      if (take('*')) {
        return new Weighted(first.number(), term());
      }
      return new Weighted(1, first);
    }

    private Term term() {
      if (++depth > DEEPEST) {
        throw new InputException(
            "a text of %,d characters nests more than %d terms".formatted(text.length(), DEEPEST));
      }
      Term term = termHere();
      depth--;
      return term;
    }

    private Term termHere() {
      skipSpace();
      int start = at;
      while (at < text.length() && isWord(text.charAt(at))) {
        at++;
      }
      if (start == at) {
        throw error(
            at < text.length() ? "'" + text.charAt(at) + "' is not expected" : "a name is missing");
      }
      String name = text.substring(start, at);
      List<Argument> arguments = new ArrayList<>();
      if (take('(')) {
        if (take(')')) {
          throw new InputException(
              "'" + text + "' column " + at + ": the parentheses are empty; leave them out");
        }
        do {
          arguments.add(argument());
        } while (take(','));
        if (!take(')')) {
          throw error(
              at < text.length() && "+*".indexOf(text.charAt(at)) >= 0
                  ? "parentheses cannot hold a sum; add up outside them"
                  : "',' or ')' is missing");
        }
      }
      return new Term(name, arguments, text, start + 1);
    }

    private Argument argument() {
      skipSpace();
      int column = at + 1;
      if (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
        return new Argument(Optional.empty(), quoted(), true, column);
      }
      Term first = term();
      if (first.arguments.isEmpty() && take('=')) {
        skipSpace();
        boolean quoted = at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"');
        return new Argument(Optional.of(first.name), quoted ? quoted() : term(), quoted, column);
      }
      return new Argument(Optional.empty(), first, false, column);
    }

    private Term quoted() {
      int start = at;
      int end = text.indexOf(text.charAt(at), at + 1);
      if (end < 0) {
        throw error("the quote is not closed");
      }
      at = end + 1;
      return new Term(text.substring(start + 1, end), List.of(), text, start + 1);
    }

    private boolean take(char wanted) {
      skipSpace();
      if (at < text.length() && text.charAt(at) == wanted) {
        at++;
        skipSpace();
        return true;
      }
      return false;
    }

    private void skipSpace() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private static boolean isWord(char c) {
      return Character.isLetterOrDigit(c) || "_./\\-:~".indexOf(c) >= 0;
    }

    private InputException error(String message) {
      return new InputException("'" + text + "' column " + (at + 1) + ": " + message);
    }
  }
}

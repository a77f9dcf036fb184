package dev.rote.text;

/** Text in XML and HTML. */
public final class Markup {
  private Markup() {}

  /** Escapes text for the content of an element, or for an attribute in double quotes. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}

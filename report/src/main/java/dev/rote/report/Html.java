package dev.rote.report;

/** Builds a page; whatever comes from outside goes through {@link #text}. */
final class Html {
  private final StringBuilder page = new StringBuilder();

  /** Markup of our own, as it is. */
  Html raw(String markup) {
    page.append(markup);
    return this;
  }

  /** Text, escaped. */
  Html text(String text) {
    page.append(escape(text));
    return this;
  }

  /** An element with nothing but text in it. */
  Html element(String name, String text) {
    return raw("<" + name + ">").text(text).raw("</" + name.split(" ", 2)[0] + ">\n");
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  @Override
  public String toString() {
    return page.toString();
  }
}

package dev.rote.data;

import dev.rote.format.AtomicFile;
import dev.rote.text.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** Reads and writes an XML file of annotations, without entities and other files. */
record XmlFile(Path file, Document document) {
  private static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

  /**
   * Reads a file.
   *
   * @param root name of its root element
   * @param format what an error calls the format
   * @throws InputException if it is not XML or another kind of XML
   */
  static XmlFile read(Path file, String root, String format) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      Document document = builder.parse(new ByteArrayInputStream(Files.readAllBytes(file)));
      String found = document.getDocumentElement().getTagName();
      if (!found.equals(root)) {
        throw new InputException(
            "%s is not %s: its root element is <%s>, not <%s>"
                .formatted(file, format, found, root));
      }
      return new XmlFile(file, document);
    } catch (SAXException e) {
      throw new InputException(
          e.getMessage().contains("DOCTYPE")
              ? file + " has a DOCTYPE, which is not read; remove that line"
              : file + " is not XML: " + e.getMessage(),
          e);
    } catch (ParserConfigurationException e) {
      throw new AssertionError(e);
    }
  }

  Element root() {
    return document.getDocumentElement();
  }

  /** Returns the elements directly within another, of one name. */
  static List<Element> children(Element parent, String name) {
    return children(parent).stream().filter(child -> child.getTagName().equals(name)).toList();
  }

  /** Returns the elements directly within another. */
  static List<Element> children(Element parent) {
    List<Element> children = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element) {
        children.add(element);
      }
    }
    return children;
  }

  /** Returns the text of the element of a name directly within another. */
  String text(Element parent, String name) {
    return child(parent, name)
        .orElseThrow(
            () ->
                new InputException(
                    "%s has no %s in its %s".formatted(file, name, parent.getTagName())))
        .getTextContent()
        .strip();
  }

  /** Returns the first element of a name directly within another. */
  static Optional<Element> child(Element parent, String name) {
    return children(parent, name).stream().findFirst();
  }

  /** Parses a finite number. */
  double number(String text) {
    try {
      double number = Double.parseDouble(text);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // below
    }
    throw new InputException("%s: '%s' is not a number".formatted(file, text));
  }

  /** Removes an element with the blanks before it. */
  static void remove(Element element) {
    Node before = element.getPreviousSibling();
    if (before != null && before.getNodeType() == Node.TEXT_NODE) {
      if (before.getTextContent().isBlank()) {
        element.getParentNode().removeChild(before);
      }
    }
    element.getParentNode().removeChild(element);
  }

  /**
   * Writes the document in UTF-8, with a declaration if the file had one. Attributes may come in
   * another order.
   */
  void write(Path out) throws IOException {
    boolean declared =
        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("<?xml");
    try {
      Transformer transformer = TransformerFactory.newInstance().newTransformer();
      transformer.setOutputProperty(OutputKeys.ENCODING, "UTF-8");
      transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
      AtomicFile.write(
          out,
          stream -> {
            if (declared) {
              stream.write(DECLARATION.getBytes(StandardCharsets.UTF_8));
            }
            try {
              transformer.transform(new DOMSource(document), new StreamResult(stream));
              stream.write('\n');
            } catch (TransformerException e) {
              throw new IOException(e);
            }
          });
    } catch (TransformerException e) {
      throw new AssertionError(e);
    }
  }
}

package dev.rote.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class BarsTest {
  private static final Bars BARS =
      new Bars(
          "Speed <&>",
          "How fast.",
          new Axis("ratio", 0, 4),
          1,
          List.of(
              new Bars.Group(
                  "first",
                  List.of(
                      new Bars.Bar("a", 1, 1, 1, "100", 0),
                      new Bars.Bar("b", 3, 2.5, 3.5, "300", 1))),
              new Bars.Group("second", List.of(new Bars.Bar("c", 0.5, 0.4, 0.6, "5", 2)))));

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Element> bars(Document svg) {
    NodeList all = svg.getElementsByTagName("g");
    List<Element> bars = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      Element group = (Element) all.item(i);
      if (group.getAttribute("class").equals("bar")) {
        bars.add(group);
      }
    }
    return bars;
  }

  private static double number(Element parent, String child, String attribute) {
    Element element = (Element) parent.getElementsByTagName(child).item(0);
    return Double.parseDouble(element.getAttribute(attribute));
  }

  @Test
  void lengthsAreInProportionToValues() throws Exception {
    List<Element> bars = bars(parse(BARS.svg(Theme.LIGHT)));
    assertThat(bars).extracting(b -> b.getAttribute("data-name")).containsExactly("a", "b", "c");
    assertThat(bars).extracting(b -> b.getAttribute("data-group")).contains("second");
    double one = number(bars.get(0), "rect", "width");
    assertThat(number(bars.get(1), "rect", "width")).isCloseTo(3 * one, within(0.02));
    assertThat(number(bars.get(2), "rect", "width")).isCloseTo(0.5 * one, within(0.02));
    double zero = number(bars.get(0), "rect", "x");
    assertThat(number(bars.get(1), "line", "x1")).isCloseTo(zero + 2.5 * one, within(0.02));
    assertThat(number(bars.get(1), "line", "x2")).isCloseTo(zero + 3.5 * one, within(0.02));
  }

  @Test
  void barsOfDifferentGroupsDoNotOverlapAndLieWithinThePicture() throws Exception {
    Document svg = parse(BARS.svg(Theme.DARK));
    double last = 0;
    for (Element bar : bars(svg)) {
      double y = number(bar, "rect", "y");
      assertThat(y).isGreaterThan(last);
      last = y + number(bar, "rect", "height");
    }
    assertThat(last)
        .isLessThan(Double.parseDouble(svg.getDocumentElement().getAttribute("height")));
  }

  @Test
  void anAxisThatDoesNotBeginAtZeroIsRefused() {
    assertThatThrownBy(() -> new Bars("t", "d", new Axis("x", 1, 2), 1, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1.0");
  }
}

package dev.rote.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ChartTest {
  private static final Series RISING =
      new Series(
          "a < b",
          List.of(
              new Series.Point(0, 0.2, 0.1, 0.3),
              new Series.Point(5, 0.5, 0.4, 0.6),
              new Series.Point(10, 1.0, 0.9, 1.1)),
          new Series.Look(0, Series.Line.SOLID));
  private static final Series FALLING =
      new Series(
          "c",
          List.of(new Series.Point(0, 1), new Series.Point(10, 0)),
          new Series.Look(1, Series.Line.DASHED));

  private static Chart chart() {
    return new Chart(
        "Title & more",
        "What is to be seen.",
        new Axis("epoch", 0, 10),
        new Axis("share", 0, 1),
        List.of(RISING, FALLING),
        Map.of(),
        List.of(new Chart.Reference("1−η = 0.60", 0.6)));
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Element> groups(Document svg, String kind) {
    NodeList all = svg.getElementsByTagName("g");
    List<Element> groups = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      Element group = (Element) all.item(i);
      if (group.getAttribute("class").equals(kind)) {
        groups.add(group);
      }
    }
    return groups;
  }

  private static Element child(Element group, String name, int index) {
    return (Element) group.getElementsByTagName(name).item(index);
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  @Test
  void everySeriesIsThereWithItsPoints() throws Exception {
    Document svg = parse(chart().svg(Theme.LIGHT));
    List<Element> series = groups(svg, "series");
    assertThat(series).extracting(g -> g.getAttribute("data-name")).containsExactly("a < b", "c");
    assertThat(series.get(0).getAttribute("data-points")).isEqualTo("0.0,0.2 5.0,0.5 10.0,1.0");
    assertThat(series.get(1).getAttribute("data-line")).isEqualTo("dashed");
    assertThat(svg.getDocumentElement().getAttribute("aria-label")).contains("Title & more");
  }

  @Test
  void pointsLieWhereTheAxesSay() throws Exception {
    Document svg = parse(chart().svg(Theme.LIGHT));
    List<Element> axes = groups(svg, "axis");
    Element y = axes.get(0);
    assertThat(y.getAttribute("data-label")).isEqualTo("share");
    // Ticks 0, 0.2 … 1: each label stands beside its grid line.
    Element lowest = child(y, "line", 0);
    Element highest = child(y, "line", 5);
    assertThat(child(y, "text", 0).getTextContent()).isEqualTo("0.0");
    assertThat(child(y, "text", 5).getTextContent()).isEqualTo("1.0");
    double bottom = number(lowest, "y1");
    double top = number(highest, "y1");
    double left = number(lowest, "x1");
    double right = number(lowest, "x2");
    assertThat(bottom).isGreaterThan(top);

    // The falling line goes from the upper left to the lower right corner of the plot.
    Element falling = child(groups(svg, "series").get(1), "path", 0);
    assertThat(falling.getAttribute("d"))
        .isEqualTo(
            "M"
                + Svg.number(left)
                + " "
                + Svg.number(top)
                + "L"
                + Svg.number(right)
                + " "
                + Svg.number(bottom));
    // The reference at 0.6 lies 0.6 of the way up.
    Element reference = child(groups(svg, "reference").get(0), "line", 0);
    assertThat(number(reference, "y1")).isEqualTo(bottom - 0.6 * (bottom - top), within(0.01));
    // A band that leaves the plot is cut at its border: upper end 1.1 at x = 10.
    Element band = child(groups(svg, "series").get(0), "path", 0);
    assertThat(band.getAttribute("class")).isEqualTo("band");
    assertThat(band.getAttribute("d")).contains("L" + Svg.number(right) + " " + Svg.number(top));
  }

  @Test
  void theLegendLiesBelowThePlotAndWithinThePicture() throws Exception {
    Chart many =
        new Chart(
            "t",
            "d",
            new Axis("x", 0, 1),
            new Axis("y", 0, 1),
            java.util.stream.IntStream.range(0, 9)
                .mapToObj(
                    i ->
                        new Series(
                            "a series with a long name " + i,
                            List.of(new Series.Point(0, 0), new Series.Point(1, 1)),
                            new Series.Look(i, Series.Line.SOLID)))
                .toList(),
            Map.of(Series.Line.SOLID, "solid"),
            List.of());
    Document svg = parse(many.svg(Theme.DARK));
    double bottom = number(child(groups(svg, "axis").get(0), "line", 0), "y1");
    double height = number(svg.getDocumentElement(), "height");
    NodeList texts = groups(svg, "legend").get(0).getElementsByTagName("text");
    assertThat(texts.getLength()).isEqualTo(10);
    for (int i = 0; i < texts.getLength(); i++) {
      Element text = (Element) texts.item(i);
      assertThat(number(text, "y")).isGreaterThan(bottom + 30).isLessThan(height);
      assertThat(number(text, "x") + 6 * text.getTextContent().length()).isLessThan(400);
    }
  }

  @Test
  void thePngIsThatPicture() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Png.write(chart().svg(Theme.LIGHT), 2, bytes);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes.toByteArray()));
    assertThat(image.getWidth()).isEqualTo(800);
    assertThat(image.getRGB(2, 2) & 0xffffff).as("paper").isEqualTo(0xffffff);
    // Both series' colours occur: 0072b2 and d55e00.
    int blue = 0;
    int red = 0;
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        int rgb = image.getRGB(x, y) & 0xffffff;
        blue += rgb == 0x0072b2 ? 1 : 0;
        red += rgb == 0xd55e00 ? 1 : 0;
      }
    }
    assertThat(blue).isGreaterThan(500);
    assertThat(red).isGreaterThan(300);
  }

  @Test
  void ticksAreRoundNumbers() {
    Axis powers = Axis.powersOfTen("x", 0.01, 10);
    assertThat(powers.ticks()).containsExactly(-2.0, -1.0, 0.0, 1.0);
    assertThat(powers.ticks()).extracting(powers::text).containsExactly("0.01", "0.1", "1", "10");
    assertThat(powers.text(3)).isEqualTo("1000");
    assertThat(powers.text(6)).isEqualTo("10⁶");
    assertThat(Axis.powersOfTen("x", 0.03, 0.03).ticks()).containsExactly(-2.0, -1.0);
    assertThat(new Axis("x", 0, 20).ticks()).containsExactly(0.0, 5.0, 10.0, 15.0, 20.0);
    assertThat(new Axis("x", 0, 200).ticks()).containsExactly(0.0, 50.0, 100.0, 150.0, 200.0);
    Axis held = Axis.holding("r", 0.813, 2.27);
    assertThat(held.min()).isEqualTo(0.5, within(1e-12));
    assertThat(held.max()).isEqualTo(2.5, within(1e-12));
    assertThat(held.text(1.5)).isEqualTo("1.5");
    Axis flat = Axis.holding("r", 2, 2);
    assertThat(flat.max()).isGreaterThan(flat.min());
  }

  @Test
  void aMatrixShowsItsNumbers() throws Exception {
    Matrix matrix =
        new Matrix(
            "t",
            "d",
            new Matrix.Headings("loss", List.of("cce", "mse")),
            new Matrix.Headings("noise", List.of("0.2", "0.4")),
            List.of(
                List.of(new Matrix.Cell(0.2, "0.200"), new Matrix.Cell(0.4, "0.400")),
                List.of(new Matrix.Cell(0.0, "0.000"), new Matrix.Cell(Double.NaN, "did not fit"))),
            0,
            0.4);
    List<Element> cells = groups(parse(matrix.svg(Theme.LIGHT)), "cell");
    assertThat(cells).hasSize(4);
    assertThat(cells.get(1).getAttribute("data-row")).isEqualTo("cce");
    assertThat(cells.get(1).getAttribute("data-column")).isEqualTo("0.4");
    assertThat(cells.get(1).getAttribute("data-value")).isEqualTo("0.4");
    assertThat(child(cells.get(3), "text", 0).getTextContent()).isEqualTo("did not fit");
  }
}

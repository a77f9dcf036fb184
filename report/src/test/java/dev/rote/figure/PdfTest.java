package dev.rote.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.junit.jupiter.api.Test;

class PdfTest {
  private static final String SVG =
      """
      <svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" viewBox="0 0 200 100">
        <rect width="200" height="100" fill="white"/>
        <rect x="20" y="10" width="40" height="80" fill="#cc0000"/>
        <line x1="100" y1="50" x2="190" y2="50" stroke="blue" stroke-width="6"/>
        <text x="110" y="30" font-size="20">J1</text>
      </svg>
      """;

  @Test
  void aPageShowsWhatTheSvgSays() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Pdf.write(SVG, out);
    try (PDDocument pdf = Loader.loadPDF(out.toByteArray())) {
      assertThat(pdf.getNumberOfPages()).isEqualTo(1);
      assertThat(pdf.getPage(0).getMediaBox().getWidth()).isEqualTo(150);
      assertThat(pdf.getPage(0).getMediaBox().getHeight()).isEqualTo(75);
      // 96 dots an inch: a pixel for each unit of the SVG.
      BufferedImage image = new PDFRenderer(pdf).renderImageWithDPI(0, 96);
      assertThat(new Color(image.getRGB(40, 50))).isEqualTo(new Color(0xcc0000));
      assertThat(new Color(image.getRGB(80, 50))).isEqualTo(Color.WHITE);
      assertThat(new Color(image.getRGB(150, 50))).isEqualTo(Color.BLUE);
      int dark = 0;
      for (int x = 105; x < 140; x++) {
        for (int y = 10; y < 32; y++) {
          dark += new Color(image.getRGB(x, y)).getRed() < 100 ? 1 : 0;
        }
      }
      assertThat(dark).as("pixels of the text").isBetween(30, 400);
    }
  }

  @Test
  void theSameFigureHasTheSameBytes() throws IOException {
    ByteArrayOutputStream once = new ByteArrayOutputStream();
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    Pdf.write(SVG, once);
    Pdf.write(SVG, again);
    assertThat(again.toByteArray()).isEqualTo(once.toByteArray());
  }
}

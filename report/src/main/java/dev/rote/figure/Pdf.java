package dev.rote.figure;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.view.FloatSize;
import de.rototor.pdfbox.graphics2d.PdfBoxGraphics2D;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;

/** Turns SVG into PDF, for papers. */
public final class Pdf {
  /** Points of a PDF per unit of an SVG: a 72nd and a 96th of an inch. */
  private static final float POINTS_PER_UNIT = 0.75f;

  private Pdf() {}

  /**
   * Draws an SVG document on a page of its size. Texts become outlines, so no font is needed.
   *
   * @throws IOException if it cannot be read or written
   */
  public static void write(String svg, OutputStream out) throws IOException {
    SVGDocument document = Png.parse(svg);
    FloatSize size = document.size();
    float width = size.width * POINTS_PER_UNIT;
    float height = size.height * POINTS_PER_UNIT;
    try (PDDocument pdf = new PDDocument()) {
      pdf.setDocumentId(0L); // by default it depends on the time
      PDPage page = new PDPage(new PDRectangle(width, height));
      pdf.addPage(page);
      PdfBoxGraphics2D graphics = new PdfBoxGraphics2D(pdf, width, height);
      graphics.scale(POINTS_PER_UNIT, POINTS_PER_UNIT);
      document.render(null, graphics);
      graphics.dispose();
      try (PDPageContentStream content = new PDPageContentStream(pdf, page)) {
        content.drawForm(graphics.getXFormObject());
      }
      pdf.save(out);
    }
  }
}

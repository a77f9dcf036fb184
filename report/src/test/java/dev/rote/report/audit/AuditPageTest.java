package dev.rote.report.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.audit.ClassRate;
import dev.rote.audit.Estimate;
import dev.rote.audit.Rate;
import dev.rote.data.ImageShape;
import dev.rote.data.LabelledImages;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditPageTest {
  private static final String NASTY = "</script><script>alert(1)</script>&\"'";

  @TempDir Path directory;

  @Test
  void namesCannotBecomeMarkup() throws IOException {
    Rate rate = new Rate(0.5, 0.4, 0.6);
    Path file = directory.resolve("audit.html");
    new AuditPage(
            NASTY,
            NASTY,
            new AuditPage.Finding(
                NASTY,
                true,
                1,
                1,
                List.of(new Estimate(NASTY, rate, NASTY)),
                List.of(new ClassRate(NASTY, 2, rate)),
                List.of(NASTY)),
            List.of(NASTY, "b"),
            List.of(new ReviewSample(3, NASTY, 0, 1, 0.5, 0.9, Optional.empty())),
            List.of(new FactTable(NASTY, NASTY, List.of(NASTY), List.of(List.of(NASTY)))),
            new AuditPage.Use(NASTY, NASTY, Optional.of(directory.resolve("<img onerror=x>"))))
        .write(file);
    String html = Files.readString(file);
    assertThat(html).doesNotContain("alert(1)</script>").doesNotContain("{{");
    assertThat(html.split("<script", -1)).hasSize(3);
    assertThat(html)
        .contains("<title>Label audit: &lt;/script&gt;&lt;script&gt;")
        .contains("\"paths\":[\"\\u003c/script>\\u003cscript>alert(1)")
        .doesNotContainPattern("(src|href)=\"(?!data:|#)");
  }

  @Test
  void classesAndSharesMustExist() {
    assertThatThrownBy(() -> new Rate(1.2, 0, 1)).hasMessageContaining("1.2");
    assertThatThrownBy(() -> new Rate(0.5, 0.6, 0.4)).hasMessageContaining("[0.6, 0.4]");
    assertThatThrownBy(() -> new ReviewSample(0, "", 0, 1, 0, 1.2, Optional.empty()))
        .hasMessageContaining("probability 1.2");
    assertThatThrownBy(
            () ->
                new AuditPage(
                    "",
                    "",
                    nothing(),
                    List.of("a", "b"),
                    List.of(new ReviewSample(5, "", 0, 2, 0, 0, Optional.empty())),
                    List.of(),
                    AuditPage.Use.NONE))
        .hasMessageContaining("sample 5 is of class 0 or 2, outside [0, 2)");
  }

  private static AuditPage.Finding nothing() {
    return new AuditPage.Finding("", true, 0, 0, List.of(), List.of(), List.of());
  }

  @Test
  void theHeadlineAppearsOnceInTheTableAndDecidesTheList() throws IOException {
    Path file = directory.resolve("audit.html");
    MadeUpAudit.of(100, 0).page().write(file);
    String html = Files.readString(file);
    assertThat(html.split("<td class=\"number\">19.8%", -1)).hasSize(2);
    assertThat(html)
        .contains("Here are the 20 most suspect samples; about 19 of them")
        .contains("\"wrong\":20,");
  }

  @Test
  void withoutAFitNothingIsPromised() throws IOException {
    Path file = directory.resolve("audit.html");
    AuditPage page = MadeUpAudit.of(100, 0).page();
    new AuditPage(
            page.title(),
            page.audit(),
            new AuditPage.Finding("", false, 20, 19, List.of(), List.of(), List.of()),
            page.classNames(),
            List.of(new ReviewSample(0, "", 0, 1, 2, Double.NaN, Optional.empty())),
            List.of(),
            AuditPage.Use.NONE)
        .write(file);
    assertThat(Files.readString(file))
        .contains("The networks learned too little: the order")
        .contains("There is no estimate")
        .contains("\"probability\":[null]")
        .contains("\"wrong\":0,")
        .doesNotContain("expected to have a wrong label");
  }

  @Test
  void imagesKeepTheirPixels() throws IOException {
    byte[] pixels = new byte[2 * 3 * 2 * 2];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (10 * i);
    }
    List<String> classes = List.of("a", "b");
    int[] labels = {0, 1};
    long[] ids = {0, 1};
    BufferedImage colour =
        read(
            new LabelledImages(
                ImageShape.square(3, 2),
                classes,
                pixels,
                labels,
                Optional.empty(),
                ids,
                Optional.empty()));
    // the second image: red plane from byte 12, green from 16, blue from 20
    assertThat(colour.getRGB(1, 0) & 0xffffff).isEqualTo(130 << 16 | 170 << 8 | 210);
    BufferedImage grey =
        read(
            new LabelledImages(
                new ImageShape(1, 3, 4),
                classes,
                pixels,
                labels,
                Optional.empty(),
                ids,
                Optional.empty()));
    assertThat(grey.getWidth()).isEqualTo(4);
    assertThat(grey.getRaster().getSample(3, 2, 0)).isEqualTo(230);
  }

  private static BufferedImage read(LabelledImages images) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(ImagePng.of(images, 1)));
  }
}

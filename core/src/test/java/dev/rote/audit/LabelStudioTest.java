package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.run.Json;
import dev.rote.text.InputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class LabelStudioTest {
  @TempDir Path directory;
  private Path audit;
  private Path out;

  @BeforeEach
  void makeAudit() throws IOException {
    audit = Files.createDirectory(directory.resolve("audit"));
    out = directory.resolve("tasks.json");
    Files.writeString(
        audit.resolve("suspects.csv"),
        """
        rank,id,path,observed,suggested,score,probability_wrong
        1,7,cat/a b#1.png,cat,dog,3.2,0.96
        2,3,dog/ü.png,dog,'=cat,1.5,0.5
        3,4,dog/z.png,dog,cat,-4,0.01
        """);
  }

  private JsonNode tasks() throws IOException {
    return Json.WITHOUT_NAN.readTree(Files.readAllBytes(out));
  }

  @Test
  void tasksHaveUrlsOfLocalFilesAndPredictions() throws IOException {
    Path root = directory.resolve("data/images");
    assertThat(LabelStudio.writeTasks(audit, root, directory.resolve("data"), 2, out))
        .isEqualTo(new LabelStudio.Tasks(2, 0));
    JsonNode first = tasks().get(0);
    assertThat(first.path("data").path("image").asString())
        .isEqualTo("/data/local-files/?d=images/cat/a%20b%231.png");
    assertThat(tasks().get(1).path("data").path("image").asString())
        .isEqualTo("/data/local-files/?d=images/dog/%C3%BC.png");
    assertThat(tasks().get(1).path("data").path("suggested").asString()).isEqualTo("=cat");
    JsonNode prediction = first.path("predictions").get(0);
    assertThat(prediction.path("score").asDouble()).isEqualTo(0.96);
    assertThat(prediction.path("result").get(0).toString())
        .isEqualTo(
            "{\"from_name\":\"label\",\"to_name\":\"image\",\"type\":\"choices\","
                + "\"value\":{\"choices\":[\"dog\"]}}");
    assertThatThrownBy(
            () -> LabelStudio.writeTasks(audit, root, directory.resolve("other"), 2, out))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("LOCAL_FILES_DOCUMENT_ROOT");
  }

  @Test
  void theInterfaceNamesTheControlsThatTasksUse() throws IOException {
    List<String> classes = List.of("cat", "a<b & \"c\"");
    LabelStudio.writeInterface(new LabelStudio.Tasks(1, 0), classes, out);
    assertThat(Files.readString(out))
        .contains("<Image name=\"image\" value=\"$image\"/>")
        .contains("<Choices name=\"label\" toName=\"image\"")
        .contains("<Choice value=\"cat\"/>")
        .contains("<Choice value=\"a&lt;b &amp; &quot;c&quot;\"/>")
        .doesNotContain("RectangleLabels");
    LabelStudio.writeInterface(new LabelStudio.Tasks(0, 1), classes, out);
    assertThat(Files.readString(out))
        .contains("<RectangleLabels name=\"box\" toName=\"image\">")
        .contains("<Label value=\"a&lt;b &amp; &quot;c&quot;\"/>")
        .doesNotContain("Choice");
  }

  /** A picture of 40 x 20 with two boxes, one of them at the edge, and a whole picture. */
  private Path boxes() throws IOException {
    Path images = Files.createDirectories(directory.resolve("data/images"));
    BufferedImage image = new BufferedImage(40, 20, BufferedImage.TYPE_BYTE_GRAY);
    ImageIO.write(image, "png", images.resolve("a b.png").toFile());
    Files.writeString(
        audit.resolve("suspects.csv"),
        """
        rank,id,path,observed,suggested,score,probability_wrong
        1,7,"a b.png#xywh=20,5,10,5",lamp,night,3.2,0.96
        2,3,"a b.png#xywh=30,0,10.5,20",night,lamp,1.5,0.5
        3,4,a b.png,night,lamp,1.5,0.5
        """);
    return images;
  }

  @Test
  void boxesAreRectanglesInTheirPicture() throws IOException {
    Path images = boxes();
    assertThat(LabelStudio.writeTasks(audit, images, directory.resolve("data"), 3, out))
        .isEqualTo(new LabelStudio.Tasks(1, 2));
    for (JsonNode task : tasks()) {
      assertThat(task.path("data").path("image").asString())
          .isEqualTo("/data/local-files/?d=images/a%20b.png");
    }
    JsonNode result = tasks().get(0).path("predictions").get(0).path("result").get(0);
    assertThat(result)
        .isEqualTo(
            Json.WITHOUT_NAN.readTree(
                """
                {"id": "box", "from_name": "box", "to_name": "image", "type": "rectanglelabels",
                 "original_width": 40, "original_height": 20, "image_rotation": 0,
                 "value": {"x": 50.0, "y": 25.0, "width": 25.0, "height": 25.0, "rotation": 0,
                           "rectanglelabels": ["night"]}}
                """));
    JsonNode cut = tasks().get(1).path("predictions").get(0).path("result").get(0).path("value");
    assertThat(cut.path("x").asDouble() + cut.path("width").asDouble()).isEqualTo(100);
    Files.delete(images.resolve("a b.png"));
    assertThatThrownBy(
            () -> LabelStudio.writeTasks(audit, images, directory.resolve("data"), 3, out))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(
            "a b.png does not exist; the place of a box needs the size of its image");
  }

  @Test
  void labelsOfBoxesBecomeDecisions() throws IOException {
    LabelStudio.writeTasks(audit, boxes(), directory.resolve("data"), 2, out);
    // what an annotator submits is the prediction, with another label for the second box
    StringBuilder export = new StringBuilder("[");
    for (JsonNode task : tasks()) {
      export
          .append(export.length() == 1 ? "" : ",")
          .append(
              "{\"data\":%s,\"annotations\":[{\"id\":1,\"result\":%s}]}"
                  .formatted(task.path("data"), task.path("predictions").get(0).path("result")));
    }
    String json = export.append("]").toString().replace("[\"lamp\"]", "[\"bulb\"]");
    Path file = Files.writeString(directory.resolve("export.json"), json);
    assertThat(LabelStudio.read(file).get(0).rows())
        .extracting(Decisions.Row::decision)
        .containsExactly(
            new Decision(7, "a b.png#xywh=20,5,10,5", "lamp", Decision.Action.RELABEL, "night"),
            new Decision(3, "a b.png#xywh=30,0,10.5,20", "night", Decision.Action.RELABEL, "bulb"));
    refused(json.replace("\"x\":50.0", "\"x\":70.0"), "task 1 has a box in another place");
    int region = json.indexOf("{\"id\":\"box\"");
    String box = json.substring(region, json.indexOf("]}]}", region));
    refused(json.replace(box, box + "," + box), "several choices or boxes");
  }

  /** An export in the form of Label Studio's documentation, of the tasks written above. */
  private Path export(String... annotations) throws IOException {
    StringBuilder json = new StringBuilder("[");
    String[] data = {
      "{\"image\":\"/data/local-files/?d=x\",\"rote_id\":7,\"path\":\"cat/a.png\",\"observed\":\"cat\"}",
      "{\"image\":\"/data/local-files/?d=y\",\"rote_id\":3,\"path\":\"dog/b.png\",\"observed\":\"dog\"}",
      "{\"image\":\"/data/local-files/?d=z\",\"rote_id\":4,\"path\":\"dog/z.png\",\"observed\":\"dog\"}"
    };
    for (int i = 0; i < annotations.length; i++) {
      json.append(i == 0 ? "" : ",")
          .append(
              "{\"id\":%d,\"annotations\":[%s],\"data\":%s,".formatted(i, annotations[i], data[i]))
          .append("\"predictions\":[5],\"meta\":{},\"project\":1,\"total_annotations\":1}");
    }
    return Files.writeString(directory.resolve("export.json"), json.append("]"));
  }

  private static String annotation(String choice, boolean cancelled) {
    return ("{\"id\":9,\"completed_by\":1,\"was_cancelled\":%s,\"ground_truth\":false,"
            + "\"lead_time\":3.1,\"result\":[{\"value\":{\"choices\":[\"%s\"]},\"id\":\"q\","
            + "\"from_name\":\"label\",\"to_name\":\"image\",\"type\":\"choices\",\"origin\":\"manual\"}]}")
        .formatted(cancelled, choice);
  }

  @Test
  void annotationsBecomeDecisions() throws IOException {
    Path file = export(annotation("dog", false), annotation("dog", false), annotation("x", true));
    assertThat(LabelStudio.isExport(file)).isTrue();
    List<Decisions> decisions = LabelStudio.read(file);
    assertThat(decisions).hasSize(1);
    assertThat(decisions.get(0).rows())
        .extracting(Decisions.Row::decision)
        .containsExactly(
            new Decision(7, "cat/a.png", "cat", Decision.Action.RELABEL, "dog"),
            new Decision(3, "dog/b.png", "dog", Decision.Action.KEEP, "dog"));
  }

  @Test
  void annotatorsWhoDifferAreAConflict() throws IOException {
    Path file = export(annotation("dog", false) + "," + annotation("cat", false));
    Decisions.Merged merged = Decisions.merge(LabelStudio.read(file));
    assertThat(merged.decisions().rows()).isEmpty();
    assertThat(merged.conflicts()).hasSize(1).first().asString().contains("relabel as 'dog'");
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    refused("[{\"data\":{\"image\":\"x\"},\"annotations\":[]}]", "has no rote_id");
    for (String id : List.of("-1", "1.5", "1e30", "\"x\"", "null")) {
      refused("[{\"data\":{\"rote_id\":" + id + ",\"observed\":\"a\"}}]", "has no rote_id");
    }
    refused("[{\"data\":{\"rote_id\":1,\"observed\":\"\"}}]", "has no rote_id");
    refused("[{\"rote_id\":1,\"observed\":\"a\",\"label\":\"b\"}]", "is of JSON-MIN");
    refused("[", "is not JSON");
    refused("[]", "holds no annotation");
    Path none = export(annotation("x", true));
    assertThatThrownBy(() -> LabelStudio.read(none)).hasMessageContaining("holds no annotation");
  }

  private void refused(String json, String message) throws IOException {
    Path file = Files.writeString(directory.resolve("odd.json"), json);
    assertThatThrownBy(() -> LabelStudio.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}

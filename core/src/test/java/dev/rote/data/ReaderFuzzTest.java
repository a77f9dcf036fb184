package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.analysis.Evidence;
import dev.rote.analysis.MadeUpStudy;
import dev.rote.audit.AuditFiles;
import dev.rote.audit.Decisions;
import dev.rote.format.Npy;
import dev.rote.format.PredictionsFile;
import dev.rote.format.SafeTensors;
import dev.rote.format.TensorBoardEvents;
import dev.rote.format.TensorData;
import dev.rote.noise.LabelNoise;
import dev.rote.run.PlanFile;
import dev.rote.run.StoredRun;
import dev.rote.run.StoredWeights;
import dev.rote.run.TheoryFile;
import dev.rote.study.LossSpec;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.study.Protocol;
import dev.rote.study.StudyOptions;
import dev.rote.testing.Fuzz;
import dev.rote.text.InputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every reader answers damaged and hostile files with its documented exception, in bounds. */
class ReaderFuzzTest {
  @TempDir Path temp;

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ReaderFuzzTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private Fuzz fuzz(String file) {
    return new Fuzz(temp.resolve(file), InputException.class);
  }

  private byte[] npy(int kind) throws IOException {
    Path file = temp.resolve("valid.npy");
    switch (kind) {
      case 0 -> Npy.write(file, new int[] {0, 1, 2, 1, 0, 2});
      case 1 -> Npy.write(file, new float[] {.5f, .25f, .25f, 1, 0, 0}, 2, 3);
      case 2 -> Npy.write(file, new double[] {.5, .5, .1, .9, 1, 0}, 3, 2);
      default -> Npy.write(file, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
    }
    return Files.readAllBytes(file);
  }

  @Test
  void studyFiles() throws Exception {
    fuzz("study.yaml")
        .run(
            "YAML",
            file ->
                StudyOptions.none()
                    .overriddenBy(StudyOptions.read(file))
                    .study(network -> Protocol.of(new Sgd(0.1, 0, 0), 1)),
            utf8(
                """
                dataset: glyphs
                subset: 300
                network: mlp
                loss: [cce, rll(alpha=0.1), "normalized(mse)"]
                noise:
                  - none
                  - symmetric(0.4)
                seed: [1, 2]
                epochs: 3
                loss-rate: {cce: 0.1}
                """),
            utf8("{dataset: glyphs, loss: cce, epochs: 2, schedule: 'steps(0.1, 1)'}"));
  }

  @Test
  void terms() throws Exception {
    fuzz("term.txt")
        .run(
            "terms",
            file -> {
              String text = Files.readString(file, StandardCharsets.ISO_8859_1);
              LossSpec.parse(text);
              LabelNoise.parse(text);
            },
            utf8("none"));
    fuzz("term.txt")
        .run(
            "losses",
            file -> LossSpec.parse(Files.readString(file, StandardCharsets.ISO_8859_1)),
            utf8("normalized(rll(alpha=0.1))"),
            utf8("0.5*cce + 2*mae"));
    fuzz("term.txt")
        .run(
            "noises",
            file -> LabelNoise.parse(Files.readString(file, StandardCharsets.ISO_8859_1)),
            utf8("symmetric(0.4, exact)"),
            utf8("pair(0.2)"));
  }

  @Test
  void tables() throws Exception {
    byte[] table =
        utf8("id,path,label,note\n0,a.png,cat,\"x, y\"\n1,b.png,dog,\"say \"\"hi\"\"\"\n");
    fuzz("m.csv").run("tables", SampleTable::read, table);
    fuzz("l.csv").run("labels", LabelFile::read, utf8("id,label\n0,1\n1,0\n"), utf8("1\n0\n2\n"));
    fuzz("p.csv")
        .run("numbers", NumberTable::read, utf8("a,b\n0.5,0.5\n0.25,0.75\n"), utf8("1,2\n3,4\n"));
    fuzz("d.csv")
        .run(
            "decisions",
            Decisions::read,
            utf8(
                "id,path,observed,decision,label,note\n0,a.png,cat,keep,,\n1,b.png,dog,relabel,cat,a note\n"));
    fuzz("t.csv")
        .run(
            "matrix", file -> LabelNoise.parse("matrix(" + file + ")"), utf8("0.9,0.1\n0.2,0.8\n"));
    fuzz("theory.csv")
        .run(
            "theory",
            file -> TheoryFile.readOwn(List.of(temp)),
            utf8(
                """
                run,epoch,loss,symmetric,risk,noisy_risk,predicted,deviation
                a,10,cce,false,1,2,1.5,0.5
                pair,10,mae,true,1,2,,
                """));
  }

  @Test
  void arrays() throws Exception {
    fuzz("a.npy").run("NPY", Npy::read, npy(0), npy(1), npy(2), npy(3));
    fuzz("l.npy").run("labels", LabelFile::read, npy(0));
    fuzz("a.npz").run("NPZ", Npy::read, resource("/dev/rote/format/one.npz"));
    fuzz("n.npy").run("numbers", NumberTable::read, npy(1), npy(2));
    Path predictions = temp.resolve("predictions.npy");
    try (PredictionsFile file = PredictionsFile.open(predictions, 3, 10, 0)) {
      file.append(new int[] {1, 2, 3});
      file.append(new int[] {4, 5, 6});
    }
    fuzz("predictions.npy")
        .run(
            "predictions",
            file -> {
              try (PredictionsFile.Reader reader = PredictionsFile.read(file)) {
                reader.epoch(reader.epochs());
              }
            },
            Files.readAllBytes(predictions));
    Path tensors = temp.resolve("valid.safetensors");
    new SafeTensors(
            Map.of(
                "w", TensorData.of(new float[] {1, 2, 3, 4}, 2, 2),
                "b", TensorData.of(new float[] {1}, 1)),
            Map.of("run", "a"))
        .write(tensors);
    fuzz("w.safetensors").run("safetensors", SafeTensors::read, Files.readAllBytes(tensors));
  }

  @Test
  void publicData() throws Exception {
    byte[] images = new byte[16 + 2 * 9];
    images[2] = 8;
    images[3] = 3;
    images[7] = 2;
    images[11] = 3;
    images[15] = 3;
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(images);
    }
    fuzz("images-idx3").run("IDX", file -> IdxFile.read(file, 3), images);
    fuzz("images-idx3.gz").run("zipped IDX", file -> IdxFile.read(file, 3), zipped.toByteArray());

    byte[] batch = new byte[2 * 3073];
    batch[3073] = 9;
    Path cifar = Files.createDirectories(temp.resolve("cifar-10-batches-bin"));
    for (String name :
        List.of(
            "data_batch_1",
            "data_batch_2",
            "data_batch_3",
            "data_batch_4",
            "data_batch_5",
            "test_batch")) {
      Files.write(cifar.resolve(name + ".bin"), batch);
    }
    DataSpec spec = DataSpec.of("cifar10", Optional.of(temp.toString()));
    new Fuzz(cifar.resolve("data_batch_1.bin"), InputException.class)
        .run("CIFAR", file -> DataSets.load(spec), batch);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp", "tif"})
  void images(String format) throws Exception {
    BufferedImage image = new BufferedImage(24, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 24 * 16; i++) {
      image.setRGB(i % 24, i / 24, i * 0x10523);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, format.equals("tif") ? "tiff" : format, out);
    images(format, out.toByteArray());
  }

  private void images(String format, byte[]... valid) throws Exception {
    new Fuzz(temp.resolve("image." + format), UnreadableImageException.class)
        .ofImages(ReaderFuzzTest::pixels)
        .run(
            format,
            file -> {
              byte[] content = Files.readAllBytes(file);
              ImageDecoder.decodeInThisThread(content, Duration.ofSeconds(30));
              Orientation.of(content);
            },
            valid);
  }

  /** Pixels of an image that is small enough to be read. */
  private static long pixels(byte[] content) {
    try {
      int[] size = ImageDecoder.size(content);
      long pixels = (long) size[0] * size[1];
      return pixels <= 24_000_000 ? pixels : 0;
    } catch (UnreadableImageException e) {
      return 0;
    }
  }

  @Test
  void webp() throws Exception {
    Base64.Decoder base64 = Base64.getDecoder();
    images(
        "webp",
        base64.decode(ImageFormatsTest.LOSSLESS_WEBP),
        base64.decode(ImageFormatsTest.LOSSY_WEBP));
  }

  @Test
  void runDirectories() throws Exception {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 3);
    String id = study.run("cce", "symmetric(0.4, exact)", 1, 0.9, 0.6);
    String unfinished = study.run("mse", "none", 1, 0.9, 0.9, 2, true);
    Path run = temp.resolve("runs").resolve(id);
    List<Path> files = new ArrayList<>(List.of(temp.resolve("study.json")));
    for (String name :
        List.of(
            "run.json",
            "state.json",
            "epochs.csv",
            "predictions.npy",
            "observed.npy",
            "weights.safetensors")) {
      files.add(run.resolve(name));
    }
    Path other = temp.resolve("runs").resolve(unfinished);
    files.add(other.resolve("state.json"));
    files.add(other.resolve("checkpoint-2.safetensors"));
    for (Path file : files) {
      byte[] valid = Files.readAllBytes(file);
      new Fuzz(file, InputException.class)
          .run(
              file.getFileName().toString(),
              mutated -> {
                Evidence.read(List.of(temp));
                for (Path directory : List.of(run, other)) {
                  StoredRun.readToResume(directory);
                  for (StoredWeights weights : StoredRun.read(directory).orElseThrow().weights()) {
                    weights.read();
                  }
                }
              },
              valid);
      Files.write(file, valid);
    }
  }

  @Test
  void otherFilesOfStudies() throws Exception {
    Path events = Files.createDirectories(temp.resolve("events"));
    try (TensorBoardEvents written = TensorBoardEvents.open(events, 0, Map.of("loss", "cce"))) {
      written.append(1, 0, Map.of("loss", 1.0));
      written.append(2, 0, Map.of("loss", 0.5));
    }
    Path file;
    try (var listed = Files.list(events)) {
      file = listed.findFirst().orElseThrow();
    }
    new Fuzz(file, InputException.class)
        .run(
            "events",
            f -> TensorBoardEvents.open(events, 2, Map.of()).close(),
            Files.readAllBytes(file));
    new Fuzz(temp.resolve("plan.json"), InputException.class)
        .run(
            "plan",
            f -> assertThat(PlanFile.read(temp).runs()).isNotNull(),
            utf8(
                """
                {"runs": [{"id": "a", "dataset": "mnist", "network": "mlp", "loss": "cce",
                  "noise": "none", "seed": 1, "epochs": 3}]}
                """),
            utf8("null"));
    new Fuzz(temp.resolve("audit.json"), InputException.class)
        .run(
            "audit",
            f -> AuditFiles.readUnreadable(temp),
            utf8(
                "{\"unreadable\": [{\"id\": 3, \"path\": \"a\", \"label\": 1, \"reason\":"
                    + " \"x\"}]}"));
  }
}

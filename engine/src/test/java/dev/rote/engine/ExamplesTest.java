package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.loss.Loss;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples are outside the build; here, that they still compile is noticed at once. */
class ExamplesTest {
  private static final Path SOURCES = Path.of("..", "examples", "src", "main", "java");

  @Test
  void theExamplesCompileAndTheirLossIsWhatItSays(@TempDir Path classes) throws Exception {
    compile(classes);
    try (URLClassLoader loader =
            new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
        PointerScope scope = new PointerScope()) {
      Loss loss =
          (Loss)
              loader
                  .loadClass("com.example.PolyLoss")
                  .getConstructor(double.class)
                  .newInstance(2.0);
      // A softmax of 1/4 and 3/4.
      Tensor logits = Tensor.create(new double[] {0, Math.log(3)}).view(1, 2);
      assertThat(loss.perSample(logits, Tensor.create(new long[] {1})).item_double())
          .isCloseTo(-Math.log(0.75) + 2 * 0.25, within(1e-12));
    }
  }

  private static void compile(Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (Stream<Path> walk = Files.walk(SOURCES);
        StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<Path> sources = walk.filter(path -> path.toString().endsWith(".java")).toList();
      assertThat(sources).hasSizeGreaterThan(3);
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of(
                      "-d",
                      classes.toString(),
                      "-classpath",
                      System.getProperty("java.class.path"),
                      "-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertThat(compiled).as("%s", messages).isTrue();
    }
  }
}

package dev.rote.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DJL trains the same network: at equal weights it has the plain baseline's logits. */
class DjlNetworkTest {
  @ParameterizedTest
  @ValueSource(strings = {"resnet32", "resnet18", "inception-lite", "airbench"})
  void equalWeightsGiveTheLogitsOfPlain(String network) throws IOException {
    assumeTrue(
        System.getProperty("java.class.path").contains("pytorch-native-cpu"),
        "DJL's natives are on the class path with -Ddjl only");
    double[] plain = logits("plain", network);
    double[] djl = logits("djl", network);
    double scale = Arrays.stream(plain).map(Math::abs).max().orElseThrow();
    assertThat(scale).isPositive();
    assertThat(djl).hasSameSizeAs(plain);
    for (int i = 0; i < plain.length; i++) {
      assertThat(djl[i] / scale).isCloseTo(plain[i] / scale, within(1e-4));
    }
  }

  private static double[] logits(String subject, String network) throws IOException {
    String java =
        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    Process process =
        new ProcessBuilder(
                java,
                "-Dai.djl.offline=true",
                "-DOPT_OUT_TRACKING=true",
                "-cp",
                System.getProperty("java.class.path"),
                LogitsProcess.class.getName(),
                subject,
                network)
            .redirectError(Redirect.INHERIT)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String line = out.lines().filter(text -> text.startsWith("logits ")).findFirst().orElseThrow();
    return Arrays.stream(line.split(" ")).skip(1).mapToDouble(Double::parseDouble).toArray();
  }
}

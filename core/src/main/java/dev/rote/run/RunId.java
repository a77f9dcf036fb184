package dev.rote.run;

import dev.rote.data.Inputs;
import dev.rote.study.RunSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names of runs. A run is named by its content: readable parts for people, then a hash of
 * everything that its result depends on. The location of the data and the number of threads are not
 * part of it.
 */
public final class RunId {
  private RunId() {}

  /**
   * Returns the name of a run.
   *
   * @param dataDigest digest of the images
   * @param noiseFingerprint noise with the digest of its file
   * @param lossFingerprint loss with the digest of its file, if it has one
   */
  public static String of(
      RunSpec spec, String dataDigest, String noiseFingerprint, String lossFingerprint) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("format", RunRecord.FORMAT);
    content.put("data", dataDigest);
    content.put("noise", noiseFingerprint);
    content.put("network", spec.network());
    content.put("loss", lossFingerprint);
    content.put("protocol", spec.protocol());
    content.put("seed", spec.seed());
    // Left out where it is not set, so that other runs keep the names that they had before it was.
    if (spec.inputs() != Inputs.NONE) {
      content.put("inputs", spec.inputs());
    }
    spec.data().subset().subsample().ifPresent(share -> content.put("subsample", share));
    byte[] json = Json.LINE.writeValueAsString(content).getBytes(StandardCharsets.UTF_8);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(json);
      String noise = spec.noise().toString();
      if (!noise.equals(noiseFingerprint)) {
        noise = noise.substring(0, noise.indexOf('(')); // paths of files are left out of names
      }
      return readable(spec.loss().toString())
          + "-"
          + readable(noise)
          + (spec.inputs() == Inputs.NONE ? "" : "-" + readable(spec.inputs().toString()))
          + "-s"
          + spec.seed()
          + "-"
          + HexFormat.of().formatHex(hash, 0, 5);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String readable(String text) {
    String plain = text.replaceAll("[^A-Za-z0-9.]+", "_").replaceAll("^_|_$", "");
    return plain.substring(0, Math.min(40, plain.length()));
  }
}

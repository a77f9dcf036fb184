package com.example;

import dev.rote.audit.Audit;
import dev.rote.audit.AuditResult;
import dev.rote.audit.HeldOut;
import dev.rote.audit.Suspect;
import dev.rote.data.LabelledImages;
import dev.rote.loss.Loss;
import dev.rote.loss.Losses;
import dev.rote.noise.LabelNoise;
import org.bytedeco.pytorch.Tensor;

/** Audits labels with a network of one's own: the audit wants arrays, whoever made them. */
public final class AuditYourOwn {
  public static void main(String[] args) {
    int epochs = args.length > 0 ? Integer.parseInt(args[0]) : 20;
    LabelledImages characters = Arrays.characters(2000);
    int[] original = characters.originalLabels();
    int[] observed = LabelNoise.parse("symmetric(0.2)").draw(characters, 1).observed();
    Tensor images = Arrays.pixels(characters);

    AuditResult audit =
        Audit.of(new HeldOut(heldOut(images, observed, epochs), observed, characters.classNames()));

    System.out.println(audit.verdict());
    long found =
        audit.ranking().stream()
            .limit(100)
            .filter(suspect -> original[suspect.position()] != suspect.observed())
            .count();
    System.out.printf("of the 100 most suspect, %d are%n", found);
    for (Suspect suspect : audit.ranking().subList(0, 3)) {
      System.out.printf(
          "image %d is labelled %s, more likely %s%n",
          suspect.position(),
          characters.classNames().get(suspect.observed()),
          characters.classNames().get(suspect.suggested()));
    }
  }

  /** Returns each half predicted by a network that was trained on the other half. */
  private static float[][] heldOut(Tensor images, int[] observed, int epochs) {
    Loss loss = Losses.parse("rll(alpha=0.1)");
    Tensor labels = Arrays.labels(observed);
    long half = images.size(0) / 2;
    long rest = images.size(0) - half;
    TrainYourOwn.Net ofFirst =
        TrainYourOwn.train(
            images.narrow(0, half, rest), labels.narrow(0, half, rest), loss, epochs);
    TrainYourOwn.Net ofSecond =
        TrainYourOwn.train(images.narrow(0, 0, half), labels.narrow(0, 0, half), loss, epochs);
    Tensor first = ofFirst.forward(images.narrow(0, 0, half)).softmax(1).detach();
    Tensor second = ofSecond.forward(images.narrow(0, half, rest)).softmax(1).detach();
    float[][] rows = java.util.Arrays.copyOf(Arrays.rows(first), (int) images.size(0));
    System.arraycopy(Arrays.rows(second), 0, rows, (int) half, (int) rest);
    return rows;
  }
}

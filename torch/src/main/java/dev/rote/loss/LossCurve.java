package dev.rote.loss;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A loss along a line: the probability of the labelled class moves, the others share the rest
 * equally.
 *
 * @param probabilities h_y of each point, in (0, 1)
 * @param values L(h,y) of each point
 * @param gradients ∂L/∂z_y of each point: how hard the labelled logit z_y is pulled, upwards where
 *     it is negative
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LossCurve(double[] probabilities, double[] values, double[] gradients) {

  /** Returns the curve of a loss for K classes. */
  public static LossCurve of(Loss loss, int classes, double... probabilities) {
    int points = probabilities.length;
    double[] lead = new double[points];
    for (int i = 0; i < points; i++) {
      double p = probabilities[i];
      lead[i] = Math.log(p) - Math.log1p(-p) + Math.log(classes - 1);
    }
    return alongLead(loss, classes, probabilities, lead);
  }

  /**
   * Returns −∂L/∂z_y at a softmax of 1/K everywhere, where training begins: how strongly the first
   * step raises the logit of the label. Cross-entropy has 1 − 1/K.
   */
  public static double pullAtUniform(Loss loss, int classes) {
    // exactly 0: + 0.0 turns −0 into 0
    return -alongLead(loss, classes, new double[] {1.0 / classes}, new double[1]).gradients[0]
        + 0.0;
  }

  private static LossCurve alongLead(
      Loss loss, int classes, double[] probabilities, double[] lead) {
    int points = lead.length;
    double[] logits = new double[points * classes];
    long[] labels = new long[points];
    for (int i = 0; i < points; i++) {
      labels[i] = classes - 1L; // not the first: of equal entries, argmax takes that one
      logits[(i + 1) * classes - 1] = lead[i];
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor z = Tensor.create(logits).view(points, classes).clone().set_requires_grad(true);
      Tensor values = loss.perSample(z, Tensor.create(labels));
      values.sum().backward();
      return new LossCurve(
          probabilities,
          array(values.detach()),
          array(z.grad().select(1, classes - 1).contiguous()));
    }
  }

  private static double[] array(Tensor tensor) {
    double[] array = new double[(int) tensor.numel()];
    new DoublePointer(tensor.data_ptr()).get(array);
    return array;
  }
}

package dev.rote.memorization;

final class Labels {
  private Labels() {}

  static void requireSameLength(int[] predicted, int[] observed, int[] original) {
    if (predicted.length == 0
        || predicted.length != observed.length
        || predicted.length != original.length) {
      throw new IllegalArgumentException(
          "%d predictions, %d observed and %d original labels: the numbers must be equal and at least 1"
              .formatted(predicted.length, observed.length, original.length));
    }
  }

  /** Returns how often each class occurs; as long as the largest class needs. */
  static int[] histogram(int[] labels) {
    int largest = 0;
    for (int label : labels) {
      largest = Math.max(largest, label);
    }
    int[] counts = new int[largest + 1];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }
}

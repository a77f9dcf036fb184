package dev.rote.claim;

/** A number that decides a claim; docs/claims.md gives the reasons. */
public enum Threshold {
  /** Smallest number of seeds for a verdict. */
  SEEDS("seeds", 3),
  /** Smallest number of epochs for a verdict. */
  EPOCHS("epochs", 10),
  /** Largest change between the last two fifths of the epochs at which a curve counts as flat. */
  DRIFT("drift", 0.03),
  /** J1 from which training accuracy is "about 100%". */
  MEMORIZED_J1("memorizedJ1", 0.95),
  /** J1 from which CCE "overfits" MNIST. */
  OVERFIT_J1("overfitJ1", 0.9),
  /** Share of the way from 1−η to 1 from which J1 of MSE "gets high". */
  HIGH_SHARE("highShare", 0.5),
  /** Largest |J1 − (1−η)| that is "near 1−η". */
  SATURATION("saturation", 0.05),
  /** Largest |accuracy at η = 0 minus J2 at η| that is "close". */
  RESISTANCE("resistance", 0.1),
  /** Largest difference of J2 at which two losses "behave alike". */
  LIKENESS("likeness", 0.05),
  /** Largest difference of J1 with and without a regularizer that is "little". */
  REGULARIZER("regularizer", 0.05),
  /** Largest deviation of a symmetric loss from the theorem's line that counts as rounding. */
  THEOREM("theorem", 1e-9),
  /** Smallest number of networks for a verdict on memorization scores. */
  NETWORKS("networks", 60),
  /** Mean memorization score from which scores are "high". */
  HIGH_SCORE("highScore", 0.5),
  /** Share of samples from which it is "most". */
  MOST("most", 0.5);

  private final String text;
  private final double usual;

  Threshold(String text, double usual) {
    this.text = text;
    this.usual = usual;
  }

  /** Returns the value that docs/claims.md argues for. */
  double usual() {
    return usual;
  }

  @Override
  public String toString() {
    return text;
  }
}

package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import dev.rote.text.Term;
import java.util.List;

/**
 * Random changes of the training images, drawn anew in each epoch. Images that are measured stay
 * unchanged. Text form: {@code none}; {@code flip}, mirrored left to right with probability 1/2;
 * {@code crop(p)}, moved by up to p pixels in each direction, with zeros moved in from outside;
 * {@code flip+crop(p)}.
 *
 * @param flip whether images are mirrored
 * @param shift p, 0 to 16
 */
public record Augmentation(boolean flip, int shift) {
  /** No changes. */
  public static final Augmentation NONE = new Augmentation(false, 0);

  private static final int MOST = 16;

  public Augmentation {
    if (shift < 0 || shift > MOST) {
      throw new InputException("crop(" + shift + ") is outside [0, " + MOST + "] pixels");
    }
  }

  /**
   * Reads the text form.
   *
   * @throws InputException if a name is unknown or p is out of range
   */
  @JsonCreator
  public static Augmentation parse(String text) {
    boolean flip = false;
    int shift = 0;
    for (String part : text.split("\\+", -1)) {
      Term term = Term.parse(part.strip());
      switch (term.name()) {
        case "none" -> term.allow(0);
        case "flip" -> {
          term.allow(0);
          flip = true;
        }
        case "crop" -> {
          term.allow(1, "pixels");
          double pixels = term.required("pixels", 0).number();
          if (pixels != Math.rint(pixels)) {
            throw term.error("crop: " + pixels + " is not a whole number of pixels");
          }
          shift = (int) pixels;
        }
        default ->
            throw new InputException(
                Names.unknown("augmentation", term.name(), List.of("none", "flip", "crop")));
      }
    }
    return new Augmentation(flip, shift);
  }

  /** Returns the text form. */
  @JsonValue
  @Override
  public String toString() {
    String crop = "crop(" + shift + ")";
    return flip ? (shift > 0 ? "flip+" + crop : "flip") : shift > 0 ? crop : "none";
  }
}

package dev.rote.engine;

import dev.rote.data.LabelledImages;
import java.nio.file.Path;
import java.util.Optional;

/** Computes features of images, for example with a pretrained network. */
@FunctionalInterface
public interface ImageEncoder {
  /**
   * Computes the features of images.
   *
   * @param images small versions of the images, with their paths if they are files
   * @param root directory that the paths are relative to, if they are files
   * @return a row for each image, {@code [N,D]}
   */
  float[][] features(LabelledImages images, Optional<Path> root);
}

package dev.rote.data;

import java.util.Optional;

/** Training images and, where the source has them, test images of the same shape and classes. */
public record DataSet(String name, LabelledImages train, Optional<LabelledImages> test) {}

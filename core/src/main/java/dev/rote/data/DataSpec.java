package dev.rote.data;

import java.util.Optional;

/**
 * Which images a run trains on.
 *
 * @param dataset {@code glyphs}, {@code mnist}, {@code cifar10}, {@code folder} or {@code manifest}
 * @param path directory or file of the source; none for {@code glyphs}
 * @param subset number of training images, class-balanced and seeded; none: all (glyphs: its
 *     default size)
 * @param testSubset likewise for the test images
 * @param imageSize height and width that {@code folder} and {@code manifest} images are resized to;
 *     none: 32
 * @param grey whether {@code folder} and {@code manifest} images are read as grey
 * @param dataSeed seed of the subset draw and of {@code glyphs}; part of the data, not of a run
 */
public record DataSpec(
    String dataset,
    Optional<String> path,
    Optional<Integer> subset,
    Optional<Integer> testSubset,
    Optional<Integer> imageSize,
    boolean grey,
    long dataSeed) {}

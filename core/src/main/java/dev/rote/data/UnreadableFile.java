package dev.rote.data;

/**
 * An image that was left out because it cannot be read.
 *
 * @param path as in {@link LabelledImages#paths}: relative to the source's root
 * @param reason why, so that the path can stand before it: {@code is truncated}
 */
public record UnreadableFile(String path, String reason) {}

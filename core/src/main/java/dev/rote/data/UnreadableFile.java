package dev.rote.data;

/**
 * An image that was left out because it cannot be read.
 *
 * @param id sample id that it would have: its position among the files of its part
 * @param path as in {@link LabelledImages#paths}: relative to the source's root
 * @param label the class that the source gives it
 * @param reason why, in words that follow the path: {@code is truncated}
 */
public record UnreadableFile(long id, String path, int label, String reason) {}

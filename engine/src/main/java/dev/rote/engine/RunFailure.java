package dev.rote.engine;

/**
 * A run that was planned and is not finished.
 *
 * @param reason why, in one line
 * @param refused whether its input cannot be used or its output cannot be written, which another
 *     attempt would not change
 */
public record RunFailure(PlannedRun run, String reason, boolean refused) {}

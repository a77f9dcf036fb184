package dev.rote.train;

/**
 * Speed of a trainer.
 *
 * @param training seconds to train on one image
 * @param measuring seconds to measure one image at fixed weights
 */
public record Pace(double training, double measuring) {}

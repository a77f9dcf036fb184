/** Losses of classifiers, one value a sample, from logits. Nothing here trains. */
package dev.rote.loss;

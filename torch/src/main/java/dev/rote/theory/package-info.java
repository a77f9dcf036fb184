/**
 * The paper's theorem about symmetric losses, compared with losses and trained networks: the
 * measured properties of losses, risks with and without label noise as exact expectations, and
 * whether noise keeps their order. Nothing here trains or prints.
 */
package dev.rote.theory;

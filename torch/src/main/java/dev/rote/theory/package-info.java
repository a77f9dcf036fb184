/**
 * The paper's theorem about symmetric losses, compared with losses and trained networks: what a
 * loss is measured to be, risks with and without label noise as exact expectations, and whether
 * their order is kept. Nothing here trains or prints.
 */
package dev.rote.theory;

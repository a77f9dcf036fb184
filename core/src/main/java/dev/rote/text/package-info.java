/**
 * The text forms that people write: terms such as {@code symmetric(0.4)}, and errors about input.
 */
package dev.rote.text;

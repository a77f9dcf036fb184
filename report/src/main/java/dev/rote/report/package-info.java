/**
 * The report of one or several studies: figures and one self-contained HTML page. All numbers come
 * from {@code dev.rote.analysis} and {@code dev.rote.claim}; this package only shows them.
 */
package dev.rote.report;

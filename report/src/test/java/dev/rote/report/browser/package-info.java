/** Opens pages in a real browser, for the tests of this module. */
package dev.rote.report.browser;

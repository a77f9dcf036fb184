/**
 * The page of an audit: one offline HTML file in which a person looks at suspect labels and decides
 * about them. Takes plain records; estimates nothing.
 */
package dev.rote.report.audit;

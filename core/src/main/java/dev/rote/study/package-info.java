/**
 * What is to be run: studies (grids of runs), runs, training protocols, presets, and how they are
 * written in YAML. Nothing here trains or writes results.
 */
package dev.rote.study;

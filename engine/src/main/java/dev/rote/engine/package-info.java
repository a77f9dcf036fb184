/**
 * Runs in processes of their own: the worker that trains one run after another, and the study
 * runner that starts workers, hands them runs and takes up again what crashed.
 */
package dev.rote.engine;

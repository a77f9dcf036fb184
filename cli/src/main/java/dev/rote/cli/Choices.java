package dev.rote.cli;

import dev.rote.study.ExtraMeasure;
import dev.rote.study.OptimizerSpec;
import dev.rote.study.Presets;
import java.util.Iterator;

/** The names that options accept, for help and completion. */
final class Choices {
  private Choices() {}

  /** Names of what networks can be given in place of the images. */
  static final class Inputs implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return dev.rote.data.Inputs.names().iterator();
    }
  }

  /** Names of measures that are taken only if asked for. */
  static final class Measures implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ExtraMeasure.names().iterator();
    }
  }

  /** Names of networks. */
  static final class Networks implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return dev.rote.net.Networks.names().iterator();
    }
  }

  /** Names of optimizers. */
  static final class Optimizers implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return OptimizerSpec.NAMES.iterator();
    }
  }

  /** Names of presets. */
  static final class Studies implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Presets.NAMES.iterator();
    }
  }
}

package dev.rote.cli;

import dev.rote.study.ExtraMeasure;
import dev.rote.study.OptimizerSpec;
import dev.rote.study.Presets;
import dev.rote.text.Names;
import java.util.Iterator;

/** The names that options accept, for help and completion. */
final class Choices {
  private Choices() {}

  /** Names of what networks can be given in place of the images. */
  static final class Inputs implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Names.all(dev.rote.data.Inputs.class).iterator();
    }
  }

  /** Names of measures that are taken only if asked for. */
  static final class Measures implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Names.all(ExtraMeasure.class).iterator();
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

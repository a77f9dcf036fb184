package dev.rote.data;

import dev.rote.text.InputException;
import java.nio.file.Path;

/** The data set of runs that were imported without images. */
public final class NoImages implements DataSource {
  /** Its name in records. */
  public static final String NAME = "imported";

  NoImages() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Place place() {
    return Place.NONE;
  }

  @Override
  public ReadDataSet read(Path place, DataSpec spec) {
    throw new InputException("the runs were imported without images");
  }
}

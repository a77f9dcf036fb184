package dev.rote.spark;

import dev.rote.cluster.ClusterConnector;
import dev.rote.engine.Launcher;
import dev.rote.engine.Study;
import java.util.Optional;

/** Connects to Spark from the command line. */
public final class SparkConnector implements ClusterConnector {
  @Override
  public Launcher connect(String master, Study study, Optional<String> store) {
    return SparkLauncher.connect(master, study.out(), study.choice().allocation(), store);
  }
}

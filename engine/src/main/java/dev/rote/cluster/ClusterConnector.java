package dev.rote.cluster;

import dev.rote.engine.Launcher;
import dev.rote.engine.Study;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Connects to a cluster. Implementations are found by {@link ServiceLoader}, so that their
 * libraries are needed only where a cluster is used.
 */
public interface ClusterConnector {
  /**
   * Connects to a cluster and returns a launcher that trains the runs of a study on it.
   *
   * @param master address of the cluster, such as {@code spark://host:7077}
   * @param store address of an object store that keeps the runs while they train, such as {@code
   *     s3a://bucket/directory}; empty: every machine of the cluster sees the directory of the
   *     study under the same path
   * @throws dev.rote.text.InputException if the cluster cannot be reached or the store cannot be
   *     written
   */
  Launcher connect(String master, Study study, Optional<String> store);
}

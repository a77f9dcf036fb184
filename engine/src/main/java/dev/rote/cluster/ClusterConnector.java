package dev.rote.cluster;

import dev.rote.engine.Launcher;
import dev.rote.engine.Study;
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
   * @param study the study, whose directory every machine of the cluster sees under the same path
   * @throws dev.rote.text.InputException if the cluster cannot be reached
   */
  Launcher connect(String master, Study study);
}

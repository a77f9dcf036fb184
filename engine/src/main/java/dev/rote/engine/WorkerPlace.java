package dev.rote.engine;

import java.util.Map;

/**
 * Where a worker process is started.
 *
 * @param classPath its class path
 * @param environment what is added to the environment, besides what {@link WorkerSettings} adds
 */
public record WorkerPlace(String classPath, Map<String, String> environment) {
  /** A process like this one. */
  public static final WorkerPlace HERE =
      new WorkerPlace(System.getProperty("java.class.path"), Map.of());

  public WorkerPlace {
    environment = Map.copyOf(environment);
  }
}

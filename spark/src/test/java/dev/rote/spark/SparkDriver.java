package dev.rote.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.deploy.SparkSubmit;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Starts {@link StudyApp} in a process of its own, on a real Spark in local-cluster mode: a master
 * and workers in that process, and executors in processes of their own.
 */
final class SparkDriver {
  private static final String EXECUTOR = "CoarseGrainedExecutorBackend";
  private static final String WORKER = "dev.rote.engine.Worker";

  private final Path home;
  private final List<String> rote = new ArrayList<>();

  /**
   * Makes a Spark home of the class path.
   *
   * @param home where
   */
  SparkDriver(Path home) throws IOException {
    this.home = home;
    Path jars = Files.createDirectories(home.resolve("jars"));
    for (String entry : List.of(System.getProperty("java.class.path").split(File.pathSeparator))) {
      Path path = Path.of(entry);
      if (isRote(path)) {
        rote.add(entry);
      } else if (Files.exists(path)) {
        Path link = jars.resolve(path.getFileName());
        if (!Files.exists(link)) {
          Files.createSymbolicLink(link, path.toAbsolutePath());
        }
      }
    }
  }

  /** Rote, and the libraries that executors get from it and not from Spark. */
  private static boolean isRote(Path path) {
    String text = path.toString().replace(File.separatorChar, '/');
    return Files.isDirectory(path)
        || path.getFileName().toString().startsWith("rote-")
        || text.contains("/dev/rote/")
        || text.contains("/org/bytedeco/")
        || text.contains("/parquet-floor/") // has stubs of Hadoop's classes
        || text.contains("/tools/jackson/");
  }

  /**
   * Starts a study as the command line does.
   *
   * @param property a system property of all processes, {@code name=value}
   * @param more arguments after the study and its directory
   */
  Process start(Path study, Path out, Path log, String property, String... more)
      throws IOException {
    List<String> command = java();
    settings(property).forEach(setting -> command.add("-D" + setting));
    command.add("-cp");
    command.add(sparkJars() + File.pathSeparator + String.join(File.pathSeparator, rote));
    command.add(StudyApp.class.getName());
    return start(command, study, out, log, more);
  }

  /** Starts a study as spark-submit does. */
  Process submit(Path study, Path out, Path log, String property, String... more)
      throws IOException {
    List<String> jars = new ArrayList<>();
    for (String entry : rote) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        jars.add(ClassPathJars.pack(path, home.resolve("rote-" + jars.size() + ".jar")).toString());
      } else if (Files.exists(path)) {
        jars.add(entry);
      }
    }
    List<String> command = java();
    command.addAll(List.of("-cp", sparkJars(), SparkSubmit.class.getName()));
    command.addAll(List.of("--class", StudyApp.class.getName()));
    settings(property).forEach(setting -> command.addAll(List.of("--conf", setting)));
    command.addAll(List.of("--jars", String.join(",", jars.subList(1, jars.size()))));
    command.add(jars.get(0));
    return start(command, study, out, log, more);
  }

  private static List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(Arrays.asList(JavaModuleOptions.defaultModuleOptions().strip().split("\\s+")));
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    return command;
  }

  private String sparkJars() {
    return home.resolve("jars") + File.separator + "*";
  }

  private static List<String> settings(String property) {
    return List.of(
        "spark.master=local-cluster[2,1,512]",
        "spark.ui.enabled=false",
        "spark.executor.memory=512m",
        "spark.hadoop." + ObjectFileSystem.SETTING + "=" + ObjectFileSystem.class.getName(),
        "spark.executor.extraJavaOptions=-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -D" + property);
  }

  private Process start(List<String> command, Path study, Path out, Path log, String... more)
      throws IOException {
    command.addAll(List.of(study.toString(), "--out", out.toString()));
    command.addAll(List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_LOCAL_DIRS", home.resolve("local").toString());
    return builder.start();
  }

  static List<ProcessHandle> executors(Process driver) {
    return descendants(driver, EXECUTOR);
  }

  static List<ProcessHandle> workers(Process driver) {
    return descendants(driver, WORKER);
  }

  private static List<ProcessHandle> descendants(Process driver, String name) {
    return driver
        .descendants()
        .filter(
            process ->
                Arrays.toString(process.info().arguments().orElse(new String[0]))
                    .contains(name + (name.equals(WORKER) ? "]" : "")))
        .toList();
  }

  /** Ends the driver as a power failure of its machine would, and waits until executors follow. */
  static void kill(Process driver) throws Exception {
    List<ProcessHandle> children = driver.descendants().toList();
    driver.destroyForcibly().waitFor();
    for (ProcessHandle child : children) {
      child.onExit().get(2, TimeUnit.MINUTES);
    }
  }
}

package dev.rote.engine;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The shared libraries that libtorch for GPUs is linked against but does not contain, with their
 * own dependencies, and where they are on this machine: from NVIDIA's installers, from the system's
 * packages, or in a PyTorch installation for Python.
 *
 * @param found each required file with its directory, in the order of the search
 * @param missing required files that were not found
 */
public record CudaLibraries(Map<String, Path> found, List<String> missing) {
  /** Wanted files, and what brings them. */
  private static final Map<String, String> WANTED = wanted();

  /** Looks through the places where this machine may have them. */
  public static CudaLibraries ofThisMachine() {
    return find(
        directories(Path.of("/"), Path.of(System.getProperty("user.home")), System.getenv()));
  }

  private static Map<String, String> wanted() {
    Map<String, String> wanted = new LinkedHashMap<>();
    wanted.put("libcuda.so.1", "NVIDIA's driver");
    for (String name :
        List.of(
            "libcudart.so.13",
            "libcublas.so.13",
            "libcublasLt.so.13",
            "libcufft.so.12",
            "libcufile.so.0",
            "libcurand.so.10",
            "libcusparse.so.12",
            "libcusolver.so.12",
            "libcusolverMg.so.12",
            "libcupti.so.13",
            "libnvrtc.so.13",
            "libnvJitLink.so.13")) {
      wanted.put(name, "CUDA 13");
    }
    wanted.put("libcudnn.so.9", "cuDNN 9");
    wanted.put("libnccl.so.2", "NCCL 2");
    return wanted;
  }

  /** Returns the first place of each wanted file among these directories. */
  static CudaLibraries find(List<Path> directories) {
    Map<String, Path> found = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (String name : WANTED.keySet()) {
      directories.stream()
          .filter(directory -> Files.exists(directory.resolve(name)))
          .findFirst()
          .ifPresentOrElse(directory -> found.put(name, directory), () -> missing.add(name));
    }
    return new CudaLibraries(found, List.copyOf(missing));
  }

  /**
   * Returns where such libraries are put, in the order in which they are looked for: what the
   * environment names, CUDA's own directories, the system's, and those of PyTorch installations.
   *
   * @param root of the file system
   */
  static List<Path> directories(Path root, Path home, Map<String, String> environment) {
    Set<Path> directories = new LinkedHashSet<>();
    for (String entry : environment.getOrDefault("LD_LIBRARY_PATH", "").split(File.pathSeparator)) {
      if (!entry.isBlank()) {
        directories.add(Path.of(entry));
      }
    }
    List<Path> toolkits = new ArrayList<>();
    for (String name : List.of("CUDA_HOME", "CUDA_PATH")) {
      if (environment.containsKey(name)) {
        toolkits.add(Path.of(environment.get(name)));
      }
    }
    toolkits.addAll(matching(root.resolve("usr/local"), "cuda*"));
    for (Path toolkit : toolkits) {
      directories.add(toolkit.resolve("lib64"));
      directories.add(toolkit.resolve("extras/CUPTI/lib64"));
    }
    for (String system :
        List.of(
            "usr/local/nvidia/lib64",
            "usr/lib/x86_64-linux-gnu",
            "usr/lib64",
            "usr/lib/wsl/lib",
            "usr/local/lib")) {
      directories.add(root.resolve(system));
    }
    for (Path packages : pythonPackages(root, home, environment)) {
      for (Path part : matching(packages.resolve("nvidia"), "*")) {
        directories.add(part.resolve("lib"));
      }
      directories.add(packages.resolve("torch/lib"));
    }
    return directories.stream().filter(Files::isDirectory).toList();
  }

  private static List<Path> pythonPackages(Path root, Path home, Map<String, String> environment) {
    List<Path> libraries = new ArrayList<>();
    for (String name : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      if (environment.containsKey(name)) {
        libraries.add(Path.of(environment.get(name), "lib"));
      }
    }
    libraries.add(home.resolve(".local/lib"));
    libraries.add(root.resolve("usr/local/lib"));
    libraries.add(root.resolve("usr/lib"));
    libraries.add(root.resolve("opt/conda/lib"));
    List<Path> packages = new ArrayList<>();
    for (Path library : libraries) {
      for (Path python : matching(library, "python3*")) {
        packages.add(python.resolve("site-packages"));
        packages.add(python.resolve("dist-packages"));
      }
    }
    return packages;
  }

  /** Lists entries of a directory by name, the latest version first; none if it does not exist. */
  private static List<Path> matching(Path directory, String pattern) {
    List<Path> matches = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, pattern)) {
        entries.forEach(matches::add);
      } catch (IOException e) {
        return List.of(); // what cannot be read cannot be loaded from
      }
    }
    matches.sort(Comparator.reverseOrder());
    return matches;
  }

  /** Returns what to install: of what brings the missing files, each once. */
  public List<String> toInstall() {
    return missing.stream().map(WANTED::get).distinct().toList();
  }

  /**
   * Returns the directories of each kind of file in words: {@code CUDA 13: /usr/local/cuda/lib64}.
   */
  public List<String> places() {
    Map<String, Set<Path>> places = new LinkedHashMap<>();
    found.forEach(
        (name, directory) ->
            places.computeIfAbsent(WANTED.get(name), n -> new LinkedHashSet<>()).add(directory));
    return places.entrySet().stream()
        .map(
            entry ->
                entry.getKey()
                    + ": "
                    + entry.getValue().stream()
                        .map(Path::toString)
                        .collect(Collectors.joining(", ")))
        .toList();
  }

  /**
   * Returns the directories as the system's loader wants them, before those that it was given
   * already.
   */
  String searchPath(String before) {
    List<String> entries =
        new ArrayList<>(found.values().stream().map(Path::toString).distinct().toList());
    if (before != null && !before.isBlank()) {
      entries.addAll(Arrays.asList(before.split(File.pathSeparator)));
    }
    return entries.stream().distinct().collect(Collectors.joining(File.pathSeparator));
  }
}

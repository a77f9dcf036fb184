package dev.rote.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.study.Device;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The manifest, read with the classes that are generated from the schema of Kubernetes. */
class KubernetesJobTest {
  private static final List<String> RUNS = List.of("cce-s1-0a", "rll_alpha_0.1-s1-1b", "1e5", "no");
  @TempDir Path temp;
}

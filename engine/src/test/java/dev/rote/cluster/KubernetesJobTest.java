package dev.rote.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.study.Device;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The manifest, read with the classes that fabric8 generates from the schema of Kubernetes. */
class KubernetesJobTest {
  private static final List<String> RUNS = List.of("cce-s1-0a", "rll_alpha_0.1-s1-1b", "1e5", "no");

  @TempDir Path temp;

  private static Job job(Device device, Path study) throws Exception {
    String yaml =
        new KubernetesJob("registry/rote:1", "results", Path.of("/shared"), OptionalInt.of(3))
            .of(new ClusterJob("rote-mine", study, RUNS, device, 2));
    return YAMLMapper.builder().build().readValue(yaml, Job.class);
  }

  /** Fields that the schema does not have end up in maps of additional properties. */
  private static void requireKnownFields(Object value) throws ReflectiveOperationException {
    if (value instanceof Collection<?> values) {
      for (Object element : values) {
        requireKnownFields(element);
      }
    } else if (value != null && value.getClass().getName().startsWith("io.fabric8.")) {
      for (Method method : value.getClass().getMethods()) {
        if (method.getName().startsWith("get") && method.getParameterCount() == 0) {
          Object field = method.invoke(value);
          if (method.getName().equals("getAdditionalProperties")) {
            assertThat((Map<?, ?>) field).as(value.getClass().getSimpleName()).isEmpty();
          } else {
            requireKnownFields(field);
          }
        }
      }
    }
  }

  @Test
  void theManifestIsAnIndexedJobOfTheSchema() throws Exception {
    Job job = job(Device.CUDA, Path.of("/shared/a \"study\""));
    requireKnownFields(job);
    assertThat(job.getApiVersion()).isEqualTo("batch/v1");
    assertThat(job.getMetadata().getName()).isEqualTo("rote-mine");
    JobSpec spec = job.getSpec();
    assertThat(spec.getCompletionMode()).isEqualTo("Indexed");
    assertThat(spec.getCompletions()).isEqualTo(RUNS.size());
    assertThat(spec.getParallelism()).isEqualTo(3);
    assertThat(spec.getBackoffLimitPerIndex()).isEqualTo(ClusterJob.RETRIES);
    assertThat(spec.getPodFailurePolicy().getRules().get(0).getAction()).isEqualTo("FailIndex");
    assertThat(spec.getPodFailurePolicy().getRules().get(0).getOnExitCodes().getValues())
        .containsExactly(1, 2);
    assertThat(spec.getTemplate().getSpec().getRestartPolicy()).isEqualTo("Never");
    Container container = spec.getTemplate().getSpec().getContainers().get(0);
    assertThat(container.getArgs()).isEqualTo(RUNS);
    assertThat(container.getEnv().get(0).getValue()).isEqualTo("/shared/a \"study\"");
    assertThat(container.getVolumeMounts().get(0).getMountPath()).isEqualTo("/shared");
    assertThat(container.getResources().getRequests()).containsEntry("cpu", new Quantity("2"));
    assertThat(container.getResources().getLimits())
        .containsEntry("nvidia.com/gpu", new Quantity("1"))
        .containsEntry("memory", new Quantity("16Gi"));
    assertThat(job(Device.CPU, Path.of("/s")).toString()).doesNotContain("nvidia");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void eachIndexTrainsItsOwnRun() throws Exception {
    Path rote = Files.writeString(temp.resolve("rote"), "#!/bin/sh\necho \"$1 $2\"\n");
    assertThat(rote.toFile().setExecutable(true)).isTrue();
    Container container =
        job(Device.CPU, Path.of("/a study"))
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .get(0);
    for (int index = 0; index < RUNS.size(); index++) {
      List<String> command = new ArrayList<>(container.getCommand());
      command.addAll(container.getArgs());
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("PATH", temp + ":" + System.getenv("PATH"));
      builder.environment().put("JOB_COMPLETION_INDEX", Integer.toString(index));
      container.getEnv().forEach(e -> builder.environment().put(e.getName(), e.getValue()));
      Process process = builder.start();
      assertThat(process.inputReader().readLine())
          .isEqualTo("run /a study/runs/" + RUNS.get(index));
      assertThat(process.waitFor()).isZero();
    }
  }
}

package dev.rote.cluster;

import dev.rote.run.Json;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A manifest for Kubernetes 1.33 or newer: an Indexed Job that trains the runs of a study, one in
 * each pod.
 *
 * @param image container image that has Rote
 * @param claim name of the PersistentVolumeClaim with the study, which every node can write
 *     (ReadWriteMany)
 * @param mount where the claim is mounted; the study's directory lies there or below
 * @param parallel pods that run at once; empty: all
 */
public record KubernetesJob(String image, String claim, Path mount, OptionalInt parallel) {

  /** Returns the manifest, as YAML. */
  public String of(ClusterJob job) {
    return """
    # Trains %1$d runs. Submit with: kubectl apply -f job.yaml
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: %2$s
    spec:
      completionMode: Indexed
      completions: %1$d
      parallelism: %3$d
      # A pod that is interrupted is replaced, and the run continues from its checkpoint.
      backoffLimitPerIndex: %4$d
      podFailurePolicy:
        rules:
          # 1: failed, 2: the input cannot be used; not tried again.
          - action: FailIndex
            onExitCodes:
              containerName: rote
              operator: In
              values: [1, 2]
          # Preemptions and drained nodes do not count as attempts.
          - action: Ignore
            onPodConditions:
              - type: DisruptionTarget
                status: "True"
      template:
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 60
          containers:
            - name: rote
              image: %5$s
              command: ["/bin/sh", "-c", "shift $JOB_COMPLETION_INDEX; exec rote run \\"$STUDY/runs/$1\\"", "rote"]
              args:
    %6$s
              env:
                - name: STUDY
                  value: %7$s
              resources:
                requests:
                  cpu: "%8$d"
                  memory: %9$dGi
                limits:
                  memory: %9$dGi
    %10$s          volumeMounts:
                - name: study
                  mountPath: %11$s
          volumes:
            - name: study
              persistentVolumeClaim:
                claimName: %12$s
    """
        .formatted(
            job.runs().size(),
            job.name(),
            Math.min(job.runs().size(), parallel.orElse(job.runs().size())),
            ClusterJob.RETRIES,
            string(image),
            job.runs().stream()
                .map(id -> "            - " + string(id))
                .collect(Collectors.joining("\n")),
            string(job.directory().toString()),
            job.threads(),
            job.memory(),
            job.onGpu() ? "              nvidia.com/gpu: 1\n" : "",
            string(mount.toString()),
            string(claim));
  }

  /** Returns a string of YAML, which is one of JSON. */
  private static String string(String text) {
    return Json.LINE.writeValueAsString(text);
  }
}

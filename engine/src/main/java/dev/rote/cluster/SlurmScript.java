package dev.rote.cluster;

import dev.rote.text.ShellWords;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** A batch script for Slurm: an array job that trains the runs of a study. */
public final class SlurmScript {
  /** Slurm's own limit of an array (MaxArraySize) is 1001 unless the site has raised it. */
  static final int MOST_TASKS = 1000;

  /** How long before the time limit a task is told to stop. */
  private static final int WARNING_SECONDS = 60;

  private SlurmScript() {}

  /**
   * Returns the script. Task i trains the runs i, i + n, i + 2n, …, where n is the number of tasks:
   * one run each, unless there are more runs than an array can have tasks.
   *
   * @param parallel tasks that run at once; empty: as many as Slurm admits
   */
  public static String of(ClusterJob job, OptionalInt parallel) {
    int tasks = Math.min(job.runs().size(), MOST_TASKS);
    return """
    #!/bin/bash
    # Trains %d runs. Submit with: sbatch study.sbatch
    # ROTE is the command to start Rote with (default: rote).
    #SBATCH --job-name=%s
    #SBATCH --array=0-%d%s
    #SBATCH --cpus-per-task=%d
    #SBATCH --mem=%dG
    %s#SBATCH --output=%s
    #SBATCH --open-mode=append
    #SBATCH --requeue
    #SBATCH --signal=B:TERM@%d

    study=%s
    tasks=%d
    runs=(
    %s
    )

    # Before the time limit, or if the task is preempted: the run is stopped and keeps its checkpoint.
    child=
    stop=
    trap 'stop=yes; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM

    failed=0
    again=
    for ((i = SLURM_ARRAY_TASK_ID; i < ${#runs[@]}; i += tasks)); do
      "${ROTE:-rote}" run "$study/runs/${runs[i]}" &
      child=$!
      code=0
      wait "$child" || code=$?
      if [ -n "$stop" ]; then
        wait "$child"
        code=75
      fi
      if [ "$code" = 75 ] || [ "$code" -gt 128 ]; then
        again=yes # interrupted, or ended by a signal
      elif [ "$code" != 0 ]; then
        failed=$code # 1: failed, 2: the input cannot be used; not tried again
      fi
      [ -z "$stop" ] || break
    done

    if [ -n "$again" ] && [ "${SLURM_RESTART_COUNT:-0}" -lt %d ]; then
      scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
      exit 75
    fi
    [ -z "$again" ] || failed=75
    exit "$failed"
    """
        .formatted(
            job.runs().size(),
            job.name(),
            tasks - 1,
            parallel.isPresent() ? "%" + parallel.getAsInt() : "",
            job.threads(),
            job.memory(),
            job.onGpu() ? "#SBATCH --gres=gpu:1\n" : "",
            ShellWords.quoted(job.directory().resolve("slurm-%A_%a.log").toString()),
            WARNING_SECONDS,
            ShellWords.quoted(job.directory().toString()),
            tasks,
            job.runs().stream().map(ShellWords::quoted).collect(Collectors.joining("\n")),
            ClusterJob.RETRIES);
  }
}

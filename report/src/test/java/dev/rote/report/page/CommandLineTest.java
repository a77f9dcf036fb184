package dev.rote.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.analysis.Evidence;
import dev.rote.data.DataSpec;
import dev.rote.data.ImageShape;
import dev.rote.memorization.Fit;
import dev.rote.memorization.Memorization;
import dev.rote.noise.LabelNoise;
import dev.rote.run.EpochRecord;
import dev.rote.run.RunRecord;
import dev.rote.run.StoredRun;
import dev.rote.run.Summary;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec.Muon;
import dev.rote.study.Protocol;
import dev.rote.study.RunSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CommandLineTest {
  private static Summary run() {
    RunSpec spec =
        new RunSpec(
            DataSpec.of("folder", Optional.of("/my images")).withSplit(Optional.of("train,val")),
            LabelNoise.parse("none"),
            new NetworkName("airbench"),
            LossSpec.CCE,
            Protocol.of(new Muon(0.2, 0.7), 1),
            3);
    RunRecord record =
        new RunRecord(
            RunRecord.FORMAT,
            "cce-none-s3",
            spec,
            new RunRecord.Data("digest", 10, 0, ImageShape.square(3, 32), List.of("a", "b")),
            new RunRecord.Noise("none", 0, new double[0][]),
            new RunRecord.Execution(Device.CPU, 1),
            1,
            RunRecord.Provenance.here());
    EpochRecord epoch =
        new EpochRecord(
            1,
            1,
            new Memorization(0.9, 0.9, Double.NaN, Double.NaN, Double.NaN),
            0.9,
            new EpochRecord.Running(1, 0.9, 0.9),
            0.2,
            1,
            EpochRecord.Extra.NONE);
    return new Summary(
        new StoredRun(
            Path.of("out/runs/cce-none-s3"),
            record,
            List.of(epoch),
            true,
            Optional.empty(),
            Optional.empty()),
        epoch,
        0.9,
        OptionalInt.empty(),
        new Fit(true, ""),
        1);
  }

  @Test
  void theCommandStatesWhateverTheRunsDependOn() {
    Summary run = run();
    Evidence evidence = Evidence.of(List.of(Path.of("out")), List.of(run.run()), List.of(run));
    assertThat(CommandLine.of(evidence))
        .singleElement()
        .asString()
        .contains(
            " --data '/my images' ",
            " --split train,val ",
            " --optimizer muon --learning-rate 0.2 --momentum 0.7 ");
  }
}

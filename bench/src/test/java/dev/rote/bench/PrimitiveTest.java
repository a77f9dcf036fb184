package dev.rote.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of oneDNN 3.7.1 as libtorch 2.10 wrote them, and forms that other versions write. */
class PrimitiveTest {
  private static final String CONVOLUTION =
      "onednn_verbose,v1,primitive,exec,cpu,convolution,brg_conv_fwd:avx512_core,forward_training,"
          + "src:f32::blocked:acdb::f0 wei:f32:a:blocked:Acdb16a::f0 bia:undef::undef:::"
          + " dst:f32::blocked:acdb::f0,attr-scratchpad:user,alg:convolution_direct,"
          + "mb128_ic16oc16_ih32oh32kh3sh1dh0ph1_iw32ow32kw3sw1dw0pw1,10.9622";
  private static final String REORDER =
      "onednn_verbose,v1,primitive,exec,cpu,reorder,jit:blk,undef,src:f32::blocked:acdb::f0"
          + " dst:f32::blocked:Acdb16a::f0,attr-scratchpad:user,,16x16x3x3,0.00390625";

  @Test
  void executionsHaveKindDirectionAndTime() {
    assertThat(Primitive.parse(CONVOLUTION))
        .contains(new Primitive("convolution", "forward_training", 10.9622));
    assertThat(Primitive.parse(REORDER)).contains(new Primitive("reorder", "undef", 0.00390625));
    assertThat(Primitive.parse(CONVOLUTION).orElseThrow().name())
        .isEqualTo("convolution forward_training");
    assertThat(Primitive.parse(REORDER).orElseThrow().name()).isEqualTo("reorder");
  }

  @Test
  void versionAndTimeStampMayBeThereOrNot() {
    String old = CONVOLUTION.replace(",v1,", ",");
    String stamped = CONVOLUTION.replace(",v1,", ",v1,1755000000000.123,");
    assertThat(Primitive.parse(old)).isEqualTo(Primitive.parse(CONVOLUTION));
    assertThat(Primitive.parse(stamped)).isEqualTo(Primitive.parse(CONVOLUTION));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bench LAP",
        "onednn_verbose,",
        "onednn_verbose,v1,info,cpu,runtime:OpenMP,nthr:1",
        "onednn_verbose,v1,primitive,info,template:operation,engine,primitive,implementation,"
            + "prop_kind,memory_descriptors,attributes,auxiliary,problem_desc,exec_time",
        "onednn_verbose,v1,primitive,create:cache_hit,cpu,convolution,brg_conv_fwd:avx512_core,"
            + "forward_training,src:f32,,alg:convolution_direct,mb128,0.01",
        "onednn_verbose,v1,primitive,exec,cpu,convolution,brg_conv_fwd:avx512_core,forward_tra",
        "onednn_verbose,v1,primitive,exec,cpu,reorder,jit:blk,undef,src:f32,,,16x16x3x3,-1"
      })
  void nothingElseIsAnExecution(String line) {
    assertThat(Primitive.parse(line)).isEmpty();
  }

  @Test
  void theFirstLineNamesTheVersion() {
    assertThat(
            Primitive.version(
                "onednn_verbose,v1,info,oneDNN v3.7.1"
                    + " (commit 8d263e693366ef8db40acc569cc7d8edf644556d)"))
        .contains("oneDNN v3.7.1");
    assertThat(Primitive.version(CONVOLUTION)).isEmpty();
  }

  @Test
  void onlyStepsThatCountAreSummed() {
    PrimitiveTimes times = new PrimitiveTimes();
    times.add(new Primitive("convolution", "backward_data", 100));
    times.skip();
    times.add(new Primitive("convolution", "backward_data", 3));
    times.add(new Primitive("reorder", "undef", 1));
    times.step();
    times.add(new Primitive("convolution", "backward_data", 5));
    times.step();
    times.add(new Primitive("convolution", "backward_data", 7));
    assertThat(times.steps()).isEqualTo(2);
    assertThat(times.millisecondsPerStep()).isCloseTo(4.5, within(1e-12));
    assertThat(times.perStep())
        .containsEntry("convolution backward_data", 4.0)
        .containsEntry("reorder", 0.5)
        .hasSize(2);
  }
}

package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  @Test
  void crashesInARowEndARun() {
    RetryPolicy.Attempts attempts = new RetryPolicy(3).newRun();
    assertThat(attempts.retryAfterCrash(false)).isTrue();
    assertThat(attempts.retryAfterCrash(false)).isTrue();
    assertThat(attempts.retryAfterCrash(false)).isFalse();
  }

  @Test
  void aCompletedEpochStartsTheCountAgain() {
    RetryPolicy.Attempts attempts = new RetryPolicy(2).newRun();
    for (int i = 0; i < 100; i++) {
      assertThat(attempts.retryAfterCrash(true)).isTrue();
    }
    assertThat(attempts.retryAfterCrash(false)).isFalse();
  }

  @Test
  void runsAreCountedApart() {
    RetryPolicy policy = new RetryPolicy(2);
    RetryPolicy.Attempts one = policy.newRun();
    assertThat(one.retryAfterCrash(false)).isTrue();
    assertThat(policy.newRun().retryAfterCrash(false)).isTrue();
    assertThat(one.retryAfterCrash(false)).isFalse();
  }

  @Test
  void aLimitOfOneNeverRetries() {
    assertThat(new RetryPolicy(1).newRun().retryAfterCrash(true)).isFalse();
    assertThatThrownBy(() -> new RetryPolicy(0)).isInstanceOf(IllegalArgumentException.class);
  }
}

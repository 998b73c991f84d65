package dev.marey.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.marey.machine.qmp.QmpEvent;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class PauseWatchTest {

  private static final StopRequest GO_ON = time -> {};
  private static final Duration SOON = Duration.ofMillis(50);

  private final PauseWatch watch = new PauseWatch();

  private static Instant at(long micros) {
    return Instant.ofEpochSecond(1_700_000_000L, micros * 1000);
  }

  private void hear(String event, long micros) {
    watch.event(new QmpEvent(event, JsonNodeFactory.instance.objectNode(), at(micros)));
  }

  @Test
  void aPauseLastsFromStopToResume() throws Exception {
    hear("RESUME", 1);
    hear("STOP", 1500);
    hear("BLOCK_JOB_READY", 1600);
    hear("RESUME", 4000);
    hear("STOP", 9000);

    assertThat(watch.seen()).containsExactly(new Pause(at(1500), at(4000)));
    Pause pause = watch.await(SOON, GO_ON);
    assertThat(pause.millis()).isEqualTo(2.5);
    assertThat(pause.millisSince(at(1000))).isEqualTo(3);
  }

  @Test
  void whatIsForgottenIsNotWaitedForAgain() throws Exception {
    hear("STOP", 1);
    hear("RESUME", 2);
    hear("STOP", 3);
    watch.forget();

    assertThatThrownBy(() -> watch.awaitResume(SOON, GO_ON)).hasMessageContaining("RESUME");
    assertThatThrownBy(() -> watch.await(SOON, GO_ON)).hasMessageContaining("STOP and RESUME");
    hear("RESUME", 7);
    assertThat(watch.awaitResume(SOON, GO_ON)).isEqualTo(at(7));
    assertThat(watch.seen()).containsExactly(new Pause(at(3), at(7)));
  }
}

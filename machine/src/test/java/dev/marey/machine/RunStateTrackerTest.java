package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.marey.machine.qmp.QmpEvent;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RunStateTrackerTest {

  private final RunStateTracker tracker = new RunStateTracker(RunState.PAUSED);

  private void see(String event) {
    see(event, 0);
  }

  private void see(String event, int millis) {
    tracker.event(
        new QmpEvent(event, JsonNodeFactory.instance.objectNode(), Instant.ofEpochMilli(millis)));
  }

  @Test
  void theLastPauseIsFromStopToResume() {
    see("STOP", 1000);
    see("RESUME", 1003);
    assertThat(tracker.lastPause()).isEqualTo(Duration.ofMillis(3));
    see("STOP", 2000);
    assertThat(tracker.lastPause()).isEqualTo(Duration.ofMillis(3));
    see("RESUME", 2009);
    assertThat(tracker.lastPause()).isEqualTo(Duration.ofMillis(9));
  }

  @Test
  void everyLettingGoIsCountedHoweverShort() {
    see("RESUME");
    see("STOP");
    see("RESUME");
    see("STOP");
    assertThat(tracker.resumes()).isEqualTo(2);
    assertThat(tracker.state()).isEqualTo(RunState.PAUSED);
  }

  @Test
  void anAnswerThatAnEventMayHaveOvertakenIsNotTakenOver() {
    int seen = tracker.events();
    see("SHUTDOWN");
    assertThat(tracker.status("running", seen)).isFalse();
    assertThat(tracker.state()).isEqualTo(RunState.SHUTDOWN);
    assertThat(tracker.status("paused", tracker.events())).isTrue();
    assertThat(tracker.state()).isEqualTo(RunState.PAUSED);
  }

  @Test
  void whatIsToldOfJobsOvertakesNoAnswer() {
    int seen = tracker.events();
    see("JOB_STATUS_CHANGE");
    assertThat(tracker.status("running", seen)).isTrue();
    assertThat(tracker.state()).isEqualTo(RunState.RUNNING);
  }

  @Test
  void aMachineThatADiskStoppedCanGoOn() {
    assertThat(tracker.status("io-error", tracker.events())).isTrue();
    assertThat(tracker.state()).isEqualTo(RunState.PAUSED);
  }

  @Test
  void anEndedMachineStaysEnded() {
    tracker.set(RunState.ENDED);
    see("RESUME");
    assertThat(tracker.status("running", tracker.events())).isTrue();
    assertThat(tracker.state()).isEqualTo(RunState.ENDED);
  }
}

package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.marey.machine.qmp.QmpEvent;
import org.junit.jupiter.api.Test;

final class RunStateTrackerTest {

  private final RunStateTracker tracker = new RunStateTracker(RunState.PAUSED);

  private void see(String event) {
    tracker.event(new QmpEvent(event, JsonNodeFactory.instance.objectNode()));
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

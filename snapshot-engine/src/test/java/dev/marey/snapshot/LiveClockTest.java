package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import dev.marey.snapshot.testing.SmallSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LiveClockTest {

  @TempDir Path folder;
  private final AtomicLong nanos = new AtomicLong(5);

  private void passSeconds(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void timePassesWhileTheGuestRunsAndNotWhileItStandsStill() throws Exception {
    try (Session session = SmallSession.withTwoNodes(folder.resolve("session"))) {
      LiveClock clock = new LiveClock(session, Duration.ofSeconds(10), nanos::get);
      passSeconds(1);
      assertThat(clock.now()).hasSeconds(10);
      clock.runStateChanged(RunState.RUNNING);
      passSeconds(2);
      assertThat(clock.now()).hasSeconds(12);
      clock.runStateChanged(RunState.PAUSED);
      passSeconds(4);
      assertThat(clock.now()).hasSeconds(12);
      clock.runStateChanged(RunState.RUNNING);
      passSeconds(8);
      assertThat(clock.now()).hasSeconds(20);
    }
  }

  @Test
  void aRevertSetsItToTheNodesTime() throws Exception {
    try (Session session = SmallSession.withTwoNodes(folder.resolve("session"))) {
      LiveClock clock = new LiveClock(session, Duration.ofSeconds(10), nanos::get);
      clock.runStateChanged(RunState.RUNNING);
      passSeconds(2);
      clock.reverted(
          new Revert(
              SmallSession.S2,
              Optional.empty(),
              Optional.empty(),
              RevertWay.IN_PROCESS,
              Duration.ZERO,
              0,
              0));
      Duration taken = session.resolve("S2").guestTime();
      assertThat(clock.now()).isEqualTo(taken);
      passSeconds(1);
      assertThat(clock.now()).isEqualTo(taken.plusSeconds(1));
    }
  }
}

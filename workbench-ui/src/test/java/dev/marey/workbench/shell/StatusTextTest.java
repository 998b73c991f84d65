package dev.marey.workbench.shell;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import dev.marey.snapshot.NodeId;
import dev.marey.workbench.session.LiveSample;
import dev.marey.workbench.testing.FakeSession;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StatusTextTest {

  private static LiveSample at(double seconds) {
    return FakeSession.running(Duration.ofMillis((long) (seconds * 1000)), Optional.empty(), true);
  }

  private static LiveSample figures(
      Optional<NodeId> saving, int saved, int toSave, int loaded, int toLoad, long bytes) {
    return new LiveSample(
        RunState.RUNNING,
        Duration.ofMillis(65_300),
        Optional.empty(),
        true,
        saving,
        saved,
        toSave,
        loaded,
        toLoad,
        false,
        false,
        false,
        bytes,
        5_000_000_000L);
  }

  @Test
  void aPastInstantSaysHowFarFromLiveItIs() {
    assertThat(StatusText.instant(Optional.empty(), at(50), true)).isEqualTo("LIVE");
    assertThat(StatusText.instant(Optional.empty(), FakeSession.ended(Optional.empty()), true))
        .isEqualTo("ENDED");
    assertThat(StatusText.instant(Optional.of(node(12, 0, 0, 9)), at(50), true))
        .isEqualTo("PAST S12 · 41 s before live");
    assertThat(StatusText.instant(Optional.of(node(12, 0, 0, 9)), at(6.5), true))
        .isEqualTo("PAST S12 · 2.5 s after live");
    assertThat(StatusText.instant(Optional.of(node(12, 0, 0, 9)), at(9), true))
        .isEqualTo("PAST S12 · at the time of live");
    assertThat(
            StatusText.instant(
                Optional.of(node(12, 0, 0, 9).withMarks("boot", "", false)), at(3700), true))
        .isEqualTo("PAST boot · 1 h 1 min before live");
  }

  @Test
  void withoutAGuestNothingIsLive() {
    assertThat(StatusText.instant(Optional.of(node(12, 0, 0, 9)), LiveSample.NONE, false))
        .isEqualTo("PAST S12");
    assertThat(StatusText.instant(Optional.empty(), LiveSample.NONE, false)).isEqualTo("NO GUEST");
    assertThat(StatusText.state(RunState.ENDED, false)).isEqualTo("no guest");
    assertThat(StatusText.state(RunState.ENDED, true)).isEqualTo("QEMU has ended");
  }

  @Test
  void savingAndLoadingAreToldAsLongAsTheyLast() {
    LiveSample busy = figures(Optional.of(id(12)), 637, 1000, 1204, 16455, 412_345_678);
    assertThat(StatusText.saving(busy)).isEqualTo("saving S12 63 %");
    assertThat(StatusText.loading(busy)).isEqualTo("1,204 of 16,455 pages loaded");
    assertThat(StatusText.guestTime(busy)).isEqualTo("guest 1:05.3");
    assertThat(StatusText.size(busy)).isEqualTo("session 412 MB of 5 GB");
    LiveSample idle = figures(Optional.empty(), 0, 0, 16455, 16455, 0);
    assertThat(StatusText.saving(idle)).isEmpty();
    assertThat(StatusText.loading(idle)).isEmpty();
    assertThat(StatusText.size(idle)).isEmpty();
    assertThat(StatusText.saving(figures(Optional.of(id(3)), 0, 0, 0, 0, 0)))
        .isEqualTo("saving S3 0 %");
  }
}

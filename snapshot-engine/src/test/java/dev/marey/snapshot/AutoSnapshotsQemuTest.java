package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class AutoSnapshotsQemuTest {

  @TempDir Path folder;

  @Test
  void nodesComeByThemselvesWhileTheGuestRunsAndStopAtTheBudget() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      guest.live().autoSnapshots(AutoSnapshots.every(Duration.ofMillis(50)));
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> automatic(guest).size() >= 3);
      guest.live().pause();
      int whilePaused = automatic(guest).size();
      assertThat(guest.live().automaticSnapshot().get()).as("nothing while paused").isEmpty();
      assertThat(automatic(guest)).hasSize(whilePaused);
      assertThat(automatic(guest)).extracting(Node::runState).containsOnly(RunState.RUNNING);

      guest.live().autoSnapshots(new AutoSnapshots(Optional.of(Duration.ofMillis(50)), 1 << 20));
      guest.live().resume();
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !guest.problems().isEmpty());
      assertThat(guest.problems())
          .containsExactly(
              "Automatic snapshots have stopped: the session takes more than its budget of 1 MiB."
                  + " Delete nodes and open the session again, or raise the budget.");
      int atBudget = automatic(guest).size();
      guest.runABit();
      assertThat(automatic(guest)).hasSize(atBudget);
    }
  }

  private static List<Node> automatic(BareMetal guest) {
    return guest.session().timeline().nodes().stream()
        .filter(node -> node.origin() == Node.Origin.AUTOMATIC)
        .toList();
  }

  @Test
  void backAndForwardBringThePresentAndItsCounterAndBranchesGetLanesOfTheirOwn() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      BareMetal.Expected first = guest.takeWithCopy();
      guest.runABit();
      guest.live().pause();
      BareMetal.Expected present = new BareMetal.Expected(first.node(), guest.ramNow());
      Revert away = guest.live().revert(first.node().id(), RunAfter.KEEP).get();
      guest.assertLiveIs(first);

      Revert back = guest.live().back().get();
      assertThat(back.target()).isEqualTo(away.kept().orElseThrow());
      assertThat(back.kept()).isEmpty();
      guest.assertLiveIs(present);
      guest.live().forward().get();
      guest.assertLiveIs(first);

      guest.live().resume();
      guest.runABit();
      Node branch = guest.take();
      Node kept = guest.session().resolve(back.target().toString());
      assertThat(branch.parent()).contains(first.node().id());
      assertThat(kept.parent()).contains(first.node().id());
      assertThat(kept.lane()).isEqualTo(first.node().lane());
      assertThat(branch.lane()).isNotEqualTo(kept.lane());
      assertThat(guest.live().canGoForward()).isFalse();
      guest.live().back().get();
      guest.live().pause();
      assertThat(guest.session().livePosition()).contains(kept.id());
    }
  }
}

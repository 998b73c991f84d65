package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

      guest.session().setBudget(1_000_000);
      guest.live().resume();
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !guest.problems().isEmpty());
      assertThat(guest.problems())
          .singleElement()
          .asString()
          .matches(
              "Automatic snapshots have stopped: the session takes [1-9] MB of its budget of 1 MB,"
                  + " and no more of them can be thinned out\\. Raise the budget, or delete nodes and"
                  + " open the session again; then switch them on again\\. Snapshots that you take"
                  + " yourself still work\\.");
      assertThat(guest.live().takesAutoSnapshots()).isFalse();
      int atBudget = automatic(guest).size();
      guest.runABit();
      assertThat(automatic(guest)).hasSize(atBudget);
      assertThat(guest.take().state()).isEqualTo(NodeState.COMPLETE);
    }
    try (Session session = Session.open(folder.resolve("session"))) {
      assertThat(session.budgetBytes()).isEqualTo(1_000_000);
    }
  }

  /** Sabotage that fails it: not thinning at the budget, or not giving the room back. */
  @Test
  void atTheBudgetOlderOnesGoAndNewOnesStillCome() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      guest.console().type("d 512 4096");
      guest.console().await("d 512 of 4096");
      guest.take();
      long budget = guest.session().sizeBytes() + 30_000_000;
      guest.session().setBudget(budget);
      guest.live().autoSnapshots(AutoSnapshots.every(Duration.ofMillis(50)));
      int thinned = 0;
      long most = 0;
      while (thinned < 30) {
        guest.runABit();
        List<Node> nodes = guest.session().timeline().nodes();
        thinned = nodes.get(nodes.size() - 1).id().number() - nodes.size();
        most = Math.max(most, guest.session().sizeBytes());
        assertThat(guest.problems()).isEmpty();
      }
      assertThat(guest.live().takesAutoSnapshots()).isTrue();
      assertThat(most).isLessThan(budget + 20_000_000);
      guest.live().pause();
      assertThat(guest.session().verify()).isEmpty();
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

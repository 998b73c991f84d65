package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.RunState;
import dev.marey.snapshot.capture.BrokenLoop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A guest that is down, a QEMU that is gone, a fault loop that fails: one can go back from all. */
@Timeout(120)
final class DownedGuestQemuTest {

  @TempDir Path folder;

  @Test
  void afterPowerOffTheNodeBeforeAndTheNodeOfThePoweredOffGuestCanBothBeReached() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      BareMetal.Expected before = guest.takeWithCopy();
      guest.console().type("off");
      guest.awaitState(RunState.SHUTDOWN);

      Revert revert = guest.live().revert(before.node().id(), RunAfter.PAUSE).get();

      assertThat(revert.way()).isEqualTo(RevertWay.STANDBY);
      guest.assertLiveIs(before);
      Node off = guest.awaitComplete(revert.kept().orElseThrow());
      assertThat(off.runState()).isEqualTo(RunState.SHUTDOWN);
      guest.live().resume();
      guest.runABit();

      guest.live().revert(off.id(), RunAfter.RUN).get();
      assertThat(guest.live().status().runState()).isEqualTo(RunState.SHUTDOWN);
      guest.live().revert(before.node().id(), RunAfter.RUN).get();
      guest.runABit();
      assertThat(guest.problems()).isEmpty();
    }
  }

  @Test
  void afterQemuWasKilledCompleteNodesAreGoodAndRevertStartsAnother() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      BareMetal.Expected before = guest.takeWithCopy();
      guest.runABit();
      guest.killQemu();
      Awaitility.await().until(() -> !guest.problems().isEmpty());
      assertThat(guest.problems())
          .containsExactly(
              "QEMU has ended: QEMU was ended by signal 9. Complete nodes are safe; go back to one"
                  + " to run on.");
      assertThatThrownBy(() -> guest.take())
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("The snapshot could not be taken: ");

      Revert revert = guest.live().revert(before.node().id(), RunAfter.PAUSE).get();

      assertThat(revert.kept()).isEmpty();
      guest.assertLiveIs(before);
      guest.live().resume();
      guest.runABit();
      guest.assertNodeIs(guest.takeWithCopy());
      guest.assertGuestFindsNoDamage();
    }
  }

  @Test
  void qemuKilledWhileANodeIsBeingSavedDoesNotHurtTheNode() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      guest.live().pause();
      var ram = guest.ramNow();
      CompletableFuture<Node> node = guest.live().snapshot("", Node.Origin.PERSON);
      guest.live().resume();
      guest.killQemu();
      guest.assertNodeIs(new BareMetal.Expected(node.get(), ram));

      guest.live().revert(node.get().id(), RunAfter.RUN).get();
      guest.runABit();
      guest.assertGuestFindsNoDamage();
    }
  }

  @Test
  void qemuKilledWhileALazyRevertIsLoadingCanBeFollowedByAnother() throws Exception {
    try (BareMetal guest = BareMetal.start(folder, Tuning.LAZY, folder.resolve("session"))) {
      BareMetal.Expected first = guest.takeWithCopy();
      guest.runABit();
      for (RevertWay way : RevertWay.values()) {
        guest.live().revert(first.node().id(), RunAfter.RUN, way).get();
        guest.killQemu();
        guest.live().revert(first.node().id(), RunAfter.PAUSE, way).get();
        guest.assertLiveIs(first);
        guest.live().resume();
        guest.runABit();
        guest.assertGuestFindsNoDamage();
      }
    }
  }

  @Test
  void aFaultLoopThatFailsEndsTheGuestWithAWordAndRevertWorksAfterwards() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      BareMetal.Expected before = guest.takeWithCopy();
      BrokenLoop.breakOff(guest.live().guarded().faultLoop(), "broken on purpose");
      guest.awaitState(RunState.ENDED);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(guest.problems())
                      .containsExactly(
                          "Guest memory could not be watched any more, so the guest was stopped:"
                              + " broken on purpose. Complete nodes are safe; go back to one to run"
                              + " on."));

      guest.live().revert(before.node().id(), RunAfter.PAUSE).get();
      guest.assertLiveIs(before);
      guest.live().resume();
      guest.runABit();
    }
  }

  @Test
  void goingBackToANodeThatWasNotSavedIsRefusedAndTheGuestRunsOn() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      guest.take();
      int nodes = guest.session().timeline().nodes().size();
      assertThatThrownBy(() -> guest.live().revert(NodeId.parse("S77"), RunAfter.KEEP).get())
          .hasMessageContaining("S77");
      assertThat(guest.session().timeline().nodes()).hasSize(nodes);
      guest.runABit();
    }
  }
}

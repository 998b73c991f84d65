package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.ConsoleTail;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A guest that goes down by itself while a node of it is being saved, or while pages of a revert
 * are missing: complete nodes stay good, and one can go back.
 */
@Timeout(180)
final class FallenGuestQemuTest {

  @TempDir Path folder;

  /** How the bare-metal guest goes down, and how that is seen. */
  enum Fall {
    POWER_OFF("off") {
      @Override
      void await(BareMetal guest) {
        guest.awaitState(RunState.SHUTDOWN);
      }
    },
    /** A PC starts anew. */
    TRIPLE_FAULT("t") {
      @Override
      void await(BareMetal guest) {
        guest.console().await("bare-metal up");
      }
    };

    private final String command;

    Fall(String command) {
      this.command = command;
    }

    abstract void await(BareMetal guest);

    /** The paused guest goes down as soon as it runs. */
    void happen(BareMetal guest) throws Exception {
      guest.console().clear();
      guest.console().type(command);
      guest.live().resume();
      await(guest);
    }
  }

  /** Sabotage that fails it: a capture that ends with the guest's run. */
  @ParameterizedTest
  @EnumSource
  void aNodeThatIsBeingSavedIsGoodAndCanBeReached(Fall fall) throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      guest.console().type("d 128 12000");
      guest.console().await("d 128 of 12000");
      guest.runABit();
      guest.live().pause();
      ByteBuffer ram = guest.ramNow();
      CompletableFuture<Node> node = guest.live().snapshot("", Node.Origin.PERSON);
      // In turn: what is typed now is not in the node.
      guest.live().pause();
      assertThat(node).as("is being saved").isNotDone();
      fall.happen(guest);

      BareMetal.Expected expected = new BareMetal.Expected(node.get(), ram);
      guest.assertNodeIs(expected);
      assertThat(guest.session().verify()).isEmpty();
      guest.live().revert(expected.node().id(), RunAfter.PAUSE).get();
      guest.assertLiveIs(expected);
      guest.live().resume();
      guest.runABit();
      guest.assertGuestFindsNoDamage();
      assertThat(guest.problems()).isEmpty();
    }
  }

  /** Sabotage that fails it: a panic that QEMU answers by ending. */
  @Test
  void aLinuxThatPanicsWhileANodeIsSavedAndWhilePagesAreMissingCountsOnAfterwards()
      throws Exception {
    try (Session session =
            Session.create(
                folder.resolve("session"),
                CommandLine.of(TestGuests.demoCommandLine(128)).accept());
        LiveGuest live = LiveGuest.start(session, 0)) {
      live.addListener(BareMetal.lazily(live));
      ConsoleTail console = new ConsoleTail(live.console());
      console.await("demo# ");
      live.pause();
      CompletableFuture<Node> node = live.snapshot("", Node.Origin.PERSON);
      live.pause();
      assertThat(node).as("is being saved").isNotDone();
      panic(live, console);
      Node before = node.get();
      assertThat(session.verify()).isEmpty();
      for (RevertWay way : RevertWay.values()) {
        live.revert(before.id(), RunAfter.PAUSE, way).get();
        assertThat(live.status().pagesAbsent()).isPositive();
        panic(live, console);
        assertThat(live.status().pagesAbsent()).isPositive();
        live.revert(before.id(), RunAfter.RUN, way).get();
        console.clear();
        console.type("count 3");
        console.await("count 1[^\\x00]*count 3");
      }
      assertThat(session.verify()).isEmpty();
      live.abandon();
    }
  }

  private static void panic(LiveGuest live, ConsoleTail console) throws Exception {
    console.clear();
    console.type("crash");
    live.resume();
    console.await("Kernel panic - not syncing");
  }
}

package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.ConsoleTail;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A guest that goes down by itself while a node of it is being saved, or while pages of a revert
 * are missing: complete nodes stay good, and one can go back.
 */
@Timeout(180)
final class FallenGuestQemuTest {

  @TempDir Path folder;

  private final Gate saving = new Gate();
  private final Gate loading = new Gate();

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
    try (BareMetal guest = start()) {
      guest.live().pause();
      ByteBuffer ram = guest.ramNow();
      saving.allow(1);
      CompletableFuture<Node> node = guest.live().snapshot("", Node.Origin.PERSON);
      // In turn: what is typed now is not in the node.
      guest.live().pause();
      fall.happen(guest);
      assertThat(node).as("is being saved").isNotDone();
      saving.open();

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

  /** Sabotage that fails it: a revert that puts in what the fallen guest has in its memory. */
  @ParameterizedTest
  @MethodSource
  void whilePagesAreMissingItLosesNothingAndOneCanGoBack(Fall fall, RevertWay way)
      throws Exception {
    try (BareMetal guest = start()) {
      // It writes little where it goes on, and much before it goes back.
      tell(guest, 4);
      BareMetal.Expected expected = guest.takeWithCopy();
      tell(guest, 512);
      guest.runABit();
      loading.allow(1);
      guest.live().revert(expected.node().id(), RunAfter.PAUSE, way).get();
      assertThat(guest.live().status().pagesAbsent()).as("pages missing").isPositive();
      fall.happen(guest);
      assertThat(guest.live().status().pagesAbsent()).as("pages missing").isPositive();

      guest.live().revert(expected.node().id(), RunAfter.PAUSE, way).get();
      guest.assertLiveIs(expected);
      guest.assertNodeIs(expected);
      loading.open();
      guest.live().resume();
      guest.runABit();
      guest.assertGuestFindsNoDamage();
      assertThat(guest.session().verify()).isEmpty();
      assertThat(guest.problems()).isEmpty();
    } finally {
      loading.open();
    }
  }

  static Stream<Arguments> whilePagesAreMissingItLosesNothingAndOneCanGoBack() {
    return Stream.of(Fall.values())
        .flatMap(fall -> Stream.of(RevertWay.values()).map(way -> Arguments.arguments(fall, way)));
  }

  /** Its memory is being rewritten. */
  private BareMetal start() throws Exception {
    BareMetal guest =
        BareMetal.start(folder, new Tuning(0, saving, loading), folder.resolve("session"));
    tell(guest, 128);
    guest.runABit();
    guest.runABit();
    return guest;
  }

  /** From now on the guest rewrites so many pages every 10 ms. */
  private static void tell(BareMetal guest, int pagesPerTick) {
    guest.console().type("d " + pagesPerTick + " 12000");
    guest.console().await("d " + pagesPerTick + " of 12000");
  }

  /** Sabotage that fails it: a panic that QEMU answers by ending. */
  @Test
  void aLinuxThatPanicsWhileANodeIsSavedAndWhilePagesAreMissingCountsOnAfterwards()
      throws Exception {
    try (Session session =
            Session.create(
                folder.resolve("session"),
                CommandLine.of(TestGuests.demoCommandLine(128)).accept());
        LiveGuest live = LiveGuest.start(session, new Tuning(0, saving, loading))) {
      ConsoleTail console = new ConsoleTail(live.console());
      console.await("demo# ");
      live.pause();
      saving.allow(1);
      CompletableFuture<Node> node = live.snapshot("", Node.Origin.PERSON);
      live.pause();
      panic(live, console);
      assertThat(node).as("is being saved").isNotDone();
      saving.open();
      Node before = node.get();
      assertThat(session.verify()).isEmpty();
      for (RevertWay way : RevertWay.values()) {
        loading.open();
        live.revert(before.id(), RunAfter.RUN).get();
        console.clear();
        console.type("head -c 20000000 /dev/zero >/tmp/much; echo $((6 * 7)) is written");
        console.await("42 is written");
        loading.allow(1);
        live.revert(before.id(), RunAfter.PAUSE, way).get();
        assertThat(live.status().pagesAbsent()).isPositive();
        panic(live, console);
        assertThat(live.status().pagesAbsent()).isPositive();
        live.revert(before.id(), RunAfter.RUN, way).get();
        console.clear();
        console.type("count 3");
        console.await("count 1[^\\x00]*count 3");
      }
      loading.open();
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

package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.ConsoleTail;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots and reverts while pages of an earlier revert are still missing. */
@Timeout(120)
final class LoadingQemuTest {

  @TempDir Path folder;

  @Test
  void nodesTakenAndRevertsMadeWhilePagesAreMissingAreExact() throws Exception {
    try (BareMetal guest = BareMetal.start(folder, Tuning.LAZY, folder.resolve("session"))) {
      BareMetal.Expected one = guest.takeWithCopy();
      guest.runABit();
      BareMetal.Expected two = guest.takeWithCopy();
      for (RevertWay way : RevertWay.values()) {
        for (RevertWay next : RevertWay.values()) {
          LiveGuest live = guest.live();
          CompletableFuture<Revert> first = live.revert(one.node().id(), RunAfter.PAUSE, way);
          CompletableFuture<Node> ofOne = live.snapshot("", Node.Origin.PERSON);
          CompletableFuture<Revert> second = live.revert(two.node().id(), RunAfter.PAUSE, next);
          CompletableFuture<Node> ofTwo = live.snapshot("", Node.Origin.PERSON);
          CompletableFuture<Revert> third = live.revert(one.node().id(), RunAfter.RUN, way);
          CompletableFuture<Revert> fourth = live.revert(two.node().id(), RunAfter.PAUSE, next);
          assertThat(first.get().way()).isEqualTo(way);
          assertThat(second.get().way()).isEqualTo(next);
          assertThat(third.get().kept()).isEmpty();
          assertThat(fourth.get().kept()).as("it ran").isPresent();
          guest.assertNodeIs(new BareMetal.Expected(ofOne.get(), one.ram()));
          guest.assertNodeIs(new BareMetal.Expected(ofTwo.get(), two.ram()));
          guest.assertLiveIs(two);
          live.revert(fourth.get().kept().orElseThrow(), RunAfter.RUN, way).get();
          guest.runABit();
          guest.assertGuestFindsNoDamage();
        }
      }
      assertThat(guest.problems()).isEmpty();
    }
  }

  @Test
  void pagesThatWereZeroAtTheNodeAreZeroAgainAndTheirNextWritesAreSeen() throws Exception {
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(BareMetal.MEGABYTES));
    line.add("-S");
    try (Session session =
            Session.create(folder.resolve("session"), CommandLine.of(line).accept());
        BareMetal guest = BareMetal.of(folder, session, LiveGuest.start(session, Tuning.LAZY))) {
      guest.live().pause();
      BareMetal.Expected empty = new BareMetal.Expected(guest.take(), guest.ramNow());
      ConsoleTail console = guest.console();
      for (int i = 0; i < 2; i++) {
        console.clear();
        guest.live().resume();
        console.await("counter 1");
        console.type("d 64 4096");
        console.await("d 64 of 4096");
        guest.runABit();
        guest.assertNodeIs(guest.takeWithCopy());
        guest.live().revert(empty.node().id(), RunAfter.PAUSE).get();
        guest.assertLiveIs(empty);
      }
    }
  }
}

package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.PageNumber;
import dev.marey.machine.RunState;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.ConsoleTail;
import dev.marey.uffd.NativeMemory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a paused guest keeps: its instant, its run state, the names of its devices' fields. */
@Timeout(120)
final class PausedGuestQemuTest {

  @TempDir Path folder;

  @Test
  void everyNodeOfOnePauseIsExactAndHasNamedFields() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      guest.runABit();
      guest.live().pause();
      var ram = guest.ramNow();
      Node first = guest.take();
      Node second = guest.take();
      Node third = guest.take();
      for (Node node : List.of(first, second, third)) {
        assertThat(node.runState()).isEqualTo(RunState.PAUSED);
        guest.assertNodeIs(new BareMetal.Expected(node, ram));
        assertThat(guest.session().content(node.id()).stateTree().find("cpu[0]/env.eip"))
            .as("instruction pointer of %s", node.id())
            .isPresent();
      }
      guest.live().resume();
      guest.runABit();
      for (RevertWay way : RevertWay.values()) {
        guest.live().revert(third.id(), RunAfter.PAUSE, way).get();
        guest.assertLiveIs(new BareMetal.Expected(third, ram));
        Node again = guest.take();
        Node onceMore = guest.take();
        guest.assertNodeIs(new BareMetal.Expected(again, ram));
        guest.assertNodeIs(new BareMetal.Expected(onceMore, ram));
        assertThat(guest.session().content(onceMore.id()).stateTree().find("cpu[0]/env.eip"))
            .isPresent();
        Revert revert = guest.live().revert(first.id(), RunAfter.KEEP, way).get();
        assertThat(revert.kept()).as("nothing ran, so there is nothing to keep").isEmpty();
        assertThat(guest.live().status().runState()).isEqualTo(RunState.PAUSED);
        guest.live().resume();
        guest.runABit();
        guest.assertGuestFindsNoDamage();
      }
    }
  }

  @Test
  void aGuestStartedPausedStaysSoAndItsFirstNodeIsBeforeItsFirstInstruction() throws Exception {
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(BareMetal.MEGABYTES));
    line.add("-S");
    try (Session session =
            Session.create(folder.resolve("session"), CommandLine.of(line).accept());
        LiveGuest live = LiveGuest.start(session)) {
      assertThat(live.status().runState()).isEqualTo(RunState.PAUSED);
      Node first = live.snapshot("", Node.Origin.PERSON).get();
      assertThat(first.runState()).isEqualTo(RunState.PAUSED);
      assertThat(session.transcript(first.console())).isEmpty();
      ConsoleTail console = new ConsoleTail(live.console());
      live.resume();
      console.await("counter 1");
      console.clear();
      live.revert(first.id(), RunAfter.KEEP).get();
      assertThat(live.status().runState()).isEqualTo(RunState.RUNNING);
      console.await("bare-metal up[^\\x00]*counter 1\\D");
    }
  }

  @Test
  void aGuestStartedAnewGoesToANodeOfAnEarlierStart() throws Exception {
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(BareMetal.MEGABYTES));
    line.add("-S");
    Session session = Session.create(folder.resolve("session"), CommandLine.of(line).accept());
    try (BareMetal guest = BareMetal.of(folder, session, LiveGuest.start(session));
        NativeMemory written = NativeMemory.allocate(PageNumber.PAGE_BYTES)) {
      ConsoleTail console = guest.console();
      guest.live().resume();
      console.await("counter 1");
      BareMetal.Expected node = guest.takeWithCopy();
      guest.live().abandon();

      guest.goOnWith(LiveGuest.start(session));
      // as QEMU's own loaders write kernels, ROMs and tables before the guest runs
      written.buffer().put(0, (byte) 1);
      guest.live().guarded().ram().write(BareMetal.MEGABYTES * 256 - 512, 1, written.address());
      guest.live().revert(node.node().id(), RunAfter.PAUSE).get();
      guest.assertLiveIs(node);
      guest.live().resume();
      guest.runABit();
    }
  }

  @Test
  void keepRunAndPauseDecideWhetherTheGuestRunsAfterARevert() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      NodeId node = guest.take().id();
      guest.live().revert(node, RunAfter.KEEP).get();
      assertThat(guest.live().status().runState()).isEqualTo(RunState.RUNNING);
      guest.live().revert(node, RunAfter.PAUSE).get();
      assertThat(guest.live().status().runState()).isEqualTo(RunState.PAUSED);
      guest.live().revert(node, RunAfter.KEEP).get();
      assertThat(guest.live().status().runState()).isEqualTo(RunState.PAUSED);
      guest.live().revert(node, RunAfter.RUN).get();
      assertThat(guest.live().status().runState()).isEqualTo(RunState.RUNNING);
      guest.runABit();
    }
  }

  @Test
  void theTranscriptGoesOnWithoutAGapThroughEverySnapshotAndRevert() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      for (int i = 0; i < 12; i++) {
        guest
            .live()
            .revert(
                guest.take().id(),
                RunAfter.RUN,
                i % 2 == 0 ? RevertWay.IN_PROCESS : RevertWay.STANDBY)
            .get();
        guest.runABit();
      }
      guest.live().pause();
      String text =
          new String(
              guest.session().transcript(guest.take().console()), StandardCharsets.ISO_8859_1);
      Matcher counter = Pattern.compile("counter (\\d+)\r?\n").matcher(text);
      List<Integer> numbers = new ArrayList<>();
      while (counter.find()) {
        numbers.add(Integer.parseInt(counter.group(1)));
      }
      assertThat(numbers)
          .isEqualTo(IntStream.rangeClosed(1, numbers.get(numbers.size() - 1)).boxed().toList());
    }
  }
}

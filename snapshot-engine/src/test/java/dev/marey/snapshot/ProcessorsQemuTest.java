package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.Machine;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RunState;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.DirtyPattern;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.testing.ConsoleTail;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Linux on several processors, each of which has a thread of its own in QEMU and rewrites memory of
 * its own as fast as it can.
 */
@Timeout(240)
final class ProcessorsQemuTest {

  private static final int MEGABYTES_EACH = 4;

  /** Places in a page, as dirty_page.h draws them. */
  private static final int RUN = 8;

  private static final int INDEX = 16;
  private static final int SWEEP = 24;

  private static final Pattern DONE =
      Pattern.compile("done, sweep \\d+, \\d+ MiB written, 0 damaged\r\n");

  @TempDir Path folder;

  /** The numbers that the processors' programs have given their runs. */
  private final List<Long> runs = new ArrayList<>();

  /**
   * Sabotage that fails it: a guest that runs on before its pages are armed, or a page that is
   * released before it is saved.
   */
  @Test
  void nodesAreOfOneInstantOfAllProcessorsAndAllGoOnFromThemByBothWays() throws Exception {
    goBackAndForth(TestGuests.demoCommandLine(128), 4);
  }

  @Test
  @Tag("long")
  void alsoOfQemu10() throws Exception {
    goBackAndForth(TestGuests.qemu10().commandLine(TestGuests.demoCommandLine(128)), 2);
  }

  private void goBackAndForth(List<String> words, int processors) throws Exception {
    List<String> line = new ArrayList<>(words);
    line.addAll(List.of("-smp", Integer.toString(processors), "-accel", "tcg,thread=multi"));
    Session session = Session.create(folder.resolve("session"), CommandLine.of(line).accept());
    try (GuestInSession guest =
        new GuestInSession(session, LiveGuest.start(session, Tuning.LAZY)) {}) {
      keepBusy(guest.console(), processors);
      Node one = takeRunning(guest);
      List<PageNumber> firstPages = firstPages(session.content(one.id()));
      allGoOn(guest, firstPages);
      Node two = takeRunning(guest);
      assertAllHaveSweptOn(sweeps(session.content(one.id())), sweeps(session.content(two.id())));
      for (RevertWay way : RevertWay.values()) {
        guest.live().revert(one.id(), RunAfter.RUN, way).get();
        allGoOn(guest, firstPages);
        guest.live().revert(two.id(), RunAfter.PAUSE, way).get();
        assertLiveIs(guest, two);
        guest.live().resume();
        assertThat(threads(guest.live().machine())).hasSize(processors);
        allGoOn(guest, firstPages);
        assertAllHaveSweptOn(
            sweeps(session.content(two.id())), sweeps(session.content(takeRunning(guest).id())));
        assertNoneHasFoundDamage(guest.console());
      }
      assertThat(guest.problems()).isEmpty();
    }
  }

  /** Starts a program on each processor. */
  private void keepBusy(ConsoleTail console, int processors) {
    console.await("demo# ");
    for (int cpu = 0; cpu < processors; cpu++) {
      console.clear();
      console.type(
          "taskset -c %d dirty %d 0 0 >/run/%d & until grep run /run/%d; do sleep 0.1; done"
              .formatted(cpu, MEGABYTES_EACH, cpu, cpu));
      runs.add(Long.parseUnsignedLong(console.await("run 0x([0-9a-f]+),").group(1), 16));
    }
    console.clear();
    console.type("for p in $(pidof dirty); do cut -d' ' -f39 /proc/$p/stat; done; echo so many");
    String used = console.await("\n([0-9\\s]+)so many").group(1).strip();
    assertThat(Set.of(used.split("\\s+"))).as("processors that write").hasSize(processors);
  }

  /** Returns when each processor has written all of its memory again. */
  private static void allGoOn(GuestInSession guest, List<PageNumber> firstPages) throws Exception {
    List<Long> before = new ArrayList<>();
    for (PageNumber page : firstPages) {
      before.add(sweepNow(guest.live(), page));
    }
    for (int i = 0; i < before.size(); i++) {
      int cpu = i;
      Awaitility.await("processor " + cpu)
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> sweepNow(guest.live(), firstPages.get(cpu)) >= before.get(cpu) + 2);
    }
  }

  private static long sweepNow(LiveGuest live, PageNumber page) throws Exception {
    ByteBuffer content = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    live.readRam(page, content);
    return content.order(ByteOrder.LITTLE_ENDIAN).getLong(SWEEP);
  }

  private static void assertAllHaveSweptOn(List<Long> before, List<Long> after) {
    for (int cpu = 0; cpu < before.size(); cpu++) {
      assertThat(after.get(cpu)).as("sweep of processor %d", cpu).isGreaterThan(before.get(cpu));
    }
  }

  /** Ends the programs, each of which has found every page as it had written it. */
  private void assertNoneHasFoundDamage(ConsoleTail console) {
    console.clear();
    console.type("kill $(pidof dirty); wait; tail -qn1 /run/?; echo all of them");
    String said = console.await("(?s)\n(dirty: done.*)all of them").group(1);
    assertThat(DONE.matcher(said).results()).as(said).hasSize(runs.size());
  }

  private static Node takeRunning(GuestInSession guest) throws Exception {
    Node node = guest.take();
    assertThat(node.runState()).isEqualTo(RunState.RUNNING);
    return node;
  }

  /** Where each processor's memory begins. */
  private List<PageNumber> firstPages(NodeContent content) throws Exception {
    PageNumber[] found = new PageNumber[runs.size()];
    ByteBuffer page = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    page.order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < content.pageMap().pageCount(); i++) {
      content.readPage(new PageNumber(i), page);
      int cpu = runs.indexOf(page.getLong(RUN));
      if (cpu >= 0 && page.getInt(INDEX) == 0) {
        found[cpu] = new PageNumber(i);
      }
    }
    return List.of(found);
  }

  /** How far each processor was at a node, whose memory of it is of one instant. */
  private List<Long> sweeps(NodeContent content) throws Exception {
    List<DirtyPattern> patterns = runs.stream().map(DirtyPattern::new).toList();
    ByteBuffer page = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    for (int i = 0; i < content.pageMap().pageCount(); i++) {
      if (content.pageMap().refOf(i) != PageMap.ZERO_PAGE) {
        content.readPage(new PageNumber(i), page);
        patterns.forEach(pattern -> pattern.accept(page));
      }
    }
    for (DirtyPattern pattern : patterns) {
      assertThat(pattern.faults()).as("sweep %d of %s", pattern.sweep(), content.id()).isEmpty();
      assertThat(pattern.pagesFound()).isEqualTo(MEGABYTES_EACH * 256);
    }
    return patterns.stream().map(DirtyPattern::sweep).toList();
  }

  /** QEMU has of a guest that stands still what the node has. */
  private void assertLiveIs(GuestInSession guest, Node node) throws Exception {
    LiveGuest live = guest.live();
    NodeContent content = guest.session().content(node.id());
    Awaitility.await().until(() -> live.status().pagesAbsent() == 0);
    assertThat(RamCopy.of(live.machine(), folder).differences(content))
        .as("pages that are not those of %s", node.id())
        .isEmpty();
    assertThat(DeviceFields.differences(live.machine().saveDeviceState(), content))
        .as("fields of the device state that %s has otherwise", node.id())
        .isEmpty();
  }

  /** QEMU's threads that run processors. */
  private static Set<Integer> threads(Machine machine) throws Exception {
    Set<Integer> threads = new HashSet<>();
    for (JsonNode cpu : machine.qmp().execute("query-cpus-fast")) {
      threads.add(cpu.path("thread-id").asInt());
    }
    return threads;
  }
}

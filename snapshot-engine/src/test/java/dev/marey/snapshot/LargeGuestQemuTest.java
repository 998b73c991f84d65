package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.PageNumber;
import dev.marey.machine.PageSpan;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.DirtyPattern;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.NodeExport.Form;
import dev.marey.snapshot.capture.Pace;
import dev.marey.snapshot.store.PageMap;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Linux with 8 GiB, which takes memory above 4 GiB first. It rewrites some of it all the time, and
 * the last page of all, which its kernel leaves alone, has another value in each node.
 */
@Timeout(240)
final class LargeGuestQemuTest {

  private static final int DIRTY_PAGES = 2048;

  private static final long LAST_PAGE = TestGuests.LAST_PAGE_OF_LARGE;
  private static final long IN_ONE = 0x1122334455667788L;
  private static final long IN_TWO = 0x55aa1234beefcafeL;

  @TempDir static Path recorded;
  private static long run;
  private static List<Expected> nodes = List.of();

  @TempDir Path folder;

  private record Expected(NodeId node, RamCopy ram) {}

  @BeforeAll
  static void record() throws Exception {
    List<String> line = TestGuests.largeCommandLine();
    Session session = Session.create(recorded.resolve("session"), CommandLine.of(line).accept());
    try (GuestInSession guest = new GuestInSession(session, LiveGuest.start(session)) {}) {
      guest.console().await("demo# ");
      guest.console().type("dirty %d 0 0 &".formatted(DIRTY_PAGES / 256));
      run = Long.parseUnsignedLong(guest.console().await("run 0x([0-9a-f]+),").group(1), 16);
      nodes = List.of(take(guest, IN_ONE), take(guest, IN_TWO));
    }
  }

  /** A node of it standing still, after it has written the word and some of its memory. */
  private static Expected take(GuestInSession guest, long word) throws Exception {
    guest
        .console()
        .type("devmem 0x%x 64 %s && devmem 0x%x 64".formatted(LAST_PAGE, hex(word), LAST_PAGE));
    guest.console().await("\n" + hex(word) + "\r");
    runABit(guest);
    guest.live().pause();
    RamCopy ram = RamCopy.of(guest.live().machine(), recorded);
    Node node = guest.take();
    guest.live().resume();
    return new Expected(node.id(), ram);
  }

  private static String hex(long word) {
    return "0x%016X".formatted(word);
  }

  private static void runABit(GuestInSession guest) {
    guest.console().clear();
    assertThat(guest.console().await("sweep \\d+, \\d+ MiB written, (\\d+) damaged").group(1))
        .isEqualTo("0");
  }

  /** Sabotage that fails it: addresses that are offsets into RAM. */
  @Test
  void nodesAreExactAndTheirPagesAreNamedByTheAddressesTheGuestHasThemAt() throws Exception {
    try (Session session = Session.openReadOnly(recorded.resolve("session"))) {
      for (Expected expected : nodes) {
        NodeContent content = session.content(expected.node());
        assertThat(expected.ram().differences(content)).as("in %s", expected.node()).isEmpty();
        DirtyPattern pattern = new DirtyPattern(run);
        acceptAbove4GiB(content, pattern);
        assertThat(pattern.faults()).isEmpty();
        assertThat(pattern.pagesFound()).isEqualTo(DIRTY_PAGES);
      }
      RamCopy one = nodes.get(0).ram();
      RamCopy two = nodes.get(1).ram();
      assertThat(one.wordAt(LAST_PAGE)).isEqualTo(IN_ONE);
      assertThat(two.wordAt(LAST_PAGE)).isEqualTo(IN_TWO);
      assertThat(differences(session))
          .isEqualTo(one.differences(two))
          .contains(LAST_PAGE)
          .hasSizeGreaterThan(DIRTY_PAGES);
    }
  }

  private static void acceptAbove4GiB(NodeContent content, DirtyPattern pattern) throws Exception {
    ByteBuffer page = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    for (int i = 0; i < content.pageMap().pageCount(); i++) {
      PageNumber number = new PageNumber(i);
      if (content.pageMap().refOf(i) != PageMap.ZERO_PAGE
          && content.ramLayout().addressOf(number).value() >= RamCopy.FOUR_GIB) {
        content.readPage(number, page);
        pattern.accept(page);
      }
    }
  }

  /** Addresses of the pages that the two nodes have otherwise, without those behind the VGA. */
  private static List<Long> differences(Session session) throws Exception {
    NodeContent one = session.content(nodes.get(0).node());
    NodeContent two = session.content(nodes.get(1).node());
    List<Long> addresses = new ArrayList<>();
    one.pageMap()
        .forEachDifference(
            two.pageMap(),
            (page, inOne, inTwo) -> {
              long address = one.ramLayout().addressOf(new PageNumber(page)).value();
              if (!RamCopy.isHidden(address)) {
                addresses.add(address);
              }
            });
    return addresses;
  }

  /** Sabotage that fails it: missing pages that are found by 32 bits of their address. */
  @Test
  void anotherQemuLoadsItLazilyAndGoesBackAndForthExactly() throws Exception {
    Expected one = nodes.get(0);
    Expected two = nodes.get(1);
    Session session = Session.open(recorded.resolve("session"));
    Opening opening = Opening.at(session, two.node(), RunAfter.RUN, bytes -> {}, false);
    Gate loading = new Gate();
    Tuning tuning = new Tuning(0, Pace.AT_ONCE, loading);
    loading.allow(0);
    LiveGuest live = new Opening(opening.from(), opening.printed(), tuning).begin(session);
    try (GuestInSession guest = new GuestInSession(session, live) {}) {
      runABit(guest);
      guest.console().type("devmem 0x%x 64".formatted(LAST_PAGE));
      guest.console().await("\n" + hex(IN_TWO) + "\r");
      assertThat(live.status().pagesOnTouch()).isGreaterThanOrEqualTo(DIRTY_PAGES);
      assertThat(live.status().pagesAbsent()).as("pages still to be loaded").isPositive();
      loading.open();
      live.revert(one.node(), RunAfter.PAUSE, RevertWay.IN_PROCESS).get();
      assertLiveIs(guest, one);
      live.revert(two.node(), RunAfter.PAUSE, RevertWay.STANDBY).get();
      Awaitility.await().until(() -> live.status().pagesAbsent() == 0);
      assertLiveIs(guest, two);
      assertThat(live.machine().ram().data().stream().mapToLong(PageSpan::lengthBytes).sum())
          .as("bytes of memory that are no holes")
          .isLessThan(1 << 30);
      live.resume();
      runABit(guest);
      assertThat(guest.problems()).isEmpty();
    } finally {
      loading.open();
    }
  }

  private void assertLiveIs(GuestInSession guest, Expected expected) throws Exception {
    RamCopy now = expected.ram().again(guest.live().machine(), folder);
    assertThat(now.differences(expected.ram())).as("pages not of %s", expected.node()).isEmpty();
  }

  /** Sabotage that fails it: RAM above the hole that is written at its address. */
  @Test
  void exportsHaveItAtItsPlace() throws Exception {
    Expected two = nodes.get(1);
    try (Session session = Session.openReadOnly(recorded.resolve("session"))) {
      NodeExport export = new NodeExport(session, two.node());
      Path raw = folder.resolve("raw");
      export.write(Form.RAW, raw, (page, pageCount) -> {});
      assertThat(Files.size(raw)).isEqualTo(8L << 30);
      two.ram().assertIsIn(raw, RamCopy::offset);

      Path elf = folder.resolve("elf");
      export.write(Form.ELF, elf, (page, pageCount) -> {});
      List<ElfFile.Program> runs = new ElfFile(elf).programs(ElfFile.LOAD);
      assertThat(runs)
          .extracting(run -> run.physical() + run.fileBytes())
          .containsExactly(0xa0000L, 3L << 30, LAST_PAGE + PageNumber.PAGE_BYTES);
      two.ram().assertIsIn(elf, address -> place(runs, address));
    }
  }

  /** A stream lists every page, also each of nearly 2 million that are zeroes. */
  @Test
  @Tag("long")
  void aStockQemuGoesOnFromAStreamOfIt() throws Exception {
    Expected two = nodes.get(1);
    try (Session session = Session.openReadOnly(recorded.resolve("session"))) {
      String line =
          new NodeExport(session, two.node())
              .write(Form.STREAM, folder.resolve("stream"), (page, pageCount) -> {})
              .loading();
      try (StockQemu qemu = new StockQemu(line, folder, Map.of())) {
        qemu.awaitStatus("paused");
        assertThat(qemu.again(two.ram()).differences(two.ram())).isEmpty();
        qemu.resume();
        qemu.await("sweep \\d+, \\d+ MiB written, 0 damaged");
      }
    }
  }

  private static long place(List<ElfFile.Program> runs, long address) {
    return runs.stream()
        .filter(run -> address >= run.physical() && address < run.physical() + run.fileBytes())
        .mapToLong(run -> run.offset() + address - run.physical())
        .findFirst()
        .orElseThrow();
  }
}

package dev.marey.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.PageNumber;
import dev.marey.machine.console.MonitorAnswer;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeContent;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.testing.ConsoleTail;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes of a real guest compared, and QEMU's own copies of its RAM at their instants. */
@Timeout(120)
final class GuestDiffQemuTest {

  private static final int MEGABYTES = 64;
  private static final int WORD_ADDRESS = 0x500000;
  private static final int WORD = 0xc0ffee01;

  @TempDir Path folder;

  private record Expected(Node node, ByteBuffer ram) {}

  @Test
  void theInstalledQemusNodesDifferInTheVeryPagesThatTheirMemoryDiffersIn() throws Exception {
    compare(TestGuests.bareMetalCommandLine(MEGABYTES));
  }

  @Test
  void qemu10sNodesDifferInTheVeryPagesThatTheirMemoryDiffersIn() throws Exception {
    compare(TestGuests.qemu10().commandLine(TestGuests.bareMetalCommandLine(MEGABYTES)));
  }

  /** Sabotage that fails it: a diff off by one page, dirty pages named instead of changed ones. */
  private void compare(List<String> line) throws Exception {
    try (Session session =
            Session.create(folder.resolve("session"), CommandLine.of(line).accept());
        LiveGuest live = LiveGuest.start(session)) {
      ConsoleTail console = new ConsoleTail(live.console());
      console.await("counter 1");
      Expected a = take(live);
      console.type("d 32 2048");
      console.await("d 32 of 2048");
      console.type("w 0x%x 0x%x".formatted(WORD_ADDRESS, WORD));
      console.await("w 0x500000 = 0xc0ffee01");
      console.clear();
      console.await("counter \\d+");
      Expected b = take(live);

      NodeContent inA = session.content(a.node().id());
      NodeContent inB = session.content(b.node().id());
      RamDiff ram = RamDiff.of(new NodeRam(inA, inB));
      assertThat(changes(ram)).containsExactlyElementsOf(expected(a.ram(), b.ram()));
      assertThat(wordIn(ram, Side.A)).isEqualTo(a.ram().getInt(WORD_ADDRESS)).isNotEqualTo(WORD);
      assertThat(wordIn(ram, Side.B)).isEqualTo(WORD);
      assertThat(RamDiff.of(new NodeRam(inB, inB)).isEmpty()).isTrue();

      DeviceDiff devices = DeviceDiff.of(inA.stateTree(), inB.stateTree());
      assertThat(devices.fields())
          .extracting(FieldChange::path)
          .anyMatch(path -> path.startsWith("cpu[0]/"));
      assertThat(DeviceDiff.of(inB.stateTree(), inB.stateTree()).isEmpty()).isTrue();
      live.abandon();
    }
  }

  /** Sabotage that fails it: an address that is an offset into RAM. */
  @Test
  void aPageAbove4GiBIsNamedByTheAddressTheGuestWroteAt() throws Exception {
    long address = TestGuests.LAST_PAGE_OF_LARGE + 8;
    try (Session session =
            Session.create(
                folder.resolve("session"), CommandLine.of(TestGuests.largeCommandLine()).accept());
        LiveGuest live = LiveGuest.start(session)) {
      ConsoleTail console = new ConsoleTail(live.console());
      console.await("demo# ");
      Node a = live.snapshot("", Node.Origin.PERSON).get();
      console.type("devmem 0x%x 32 0x%X && devmem 0x%x".formatted(address, WORD, address));
      console.await("\n0x%X\r".formatted(WORD));
      Node b = live.snapshot("", Node.Origin.PERSON).get();

      RamDiff ram = RamDiff.of(new NodeRam(session.content(a.id()), session.content(b.id())));
      List<PageRun> runs = ram.runs();
      PageRun last = runs.get(runs.size() - 1);
      assertThat(last.address().value()).isEqualTo(TestGuests.LAST_PAGE_OF_LARGE);
      assertThat(last.kind()).isEqualTo(ChangeKind.APPEARED);
      byte[] page = new byte[PageNumber.PAGE_BYTES];
      ram.ram().readPage(Side.B, last.pages().first(), page);
      assertThat(ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).getInt(8)).isEqualTo(WORD);
      live.abandon();
    }
  }

  /**
   * A counting guest, of which one register of a device is changed by hand.
   *
   * <p>Sabotage that fails it: a history of the compared pair too, or of values and not of changes.
   */
  @Test
  void whatTheDevicesOfACountingGuestDoAllTheTimeIsUsualAndWhatWasDoneOnceIsNot() throws Exception {
    List<String> line = TestGuests.bareMetalCommandLine(MEGABYTES);
    try (Session session =
            Session.create(folder.resolve("session"), CommandLine.of(line).accept());
        LiveGuest live = LiveGuest.start(session)) {
      ConsoleTail console = new ConsoleTail(live.console());
      List<Node> nodes = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        console.clear();
        console.await("counter \\d+");
        if (i == 5) {
          MonitorAnswer unused = live.monitor("o /b 0x3ff 0x5a").get();
        }
        nodes.add(live.snapshot("", Node.Origin.PERSON).get());
      }
      NodeId a = nodes.get(4).id();
      NodeId b = nodes.get(5).id();
      FieldHistory history =
          FieldHistory.before(
                  session.timeline(),
                  a,
                  b,
                  node -> session.content(node).stateTree(),
                  Progress.NONE)
              .orElseThrow();
      assertThat(history.pairs()).isEqualTo(4);
      DeviceDiff devices =
          DeviceDiff.of(session.content(a).stateTree(), session.content(b).stateTree(), history);
      assertThat(devices.fieldsByRarity())
          .extracting(
              field ->
                  "%s %d%s"
                      .formatted(
                          field.path(),
                          devices.seldom(field),
                          devices.usual(field) ? " usual" : ""))
          .containsSubsequence("serial[0]/state/scr 0", "timer[0]/cpu_clock_offset 4 usual");
      assertThat(devices.withoutUsual().fields())
          .extracting(FieldChange::path)
          .contains("serial[0]/state/scr")
          .doesNotContain("timer[0]/cpu_clock_offset");
      live.abandon();
    }
  }

  /** A node of the guest standing still, and QEMU's copy. */
  private Expected take(LiveGuest live) throws Exception {
    live.pause();
    Path file = folder.resolve("ram");
    live.machine()
        .qmp()
        .execute(
            "pmemsave", Map.of("val", 0, "size", MEGABYTES << 20, "filename", file.toString()));
    CompletableFuture<Node> node = live.snapshot("", Node.Origin.PERSON);
    live.resume();
    ByteBuffer ram = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    return new Expected(node.get(), ram);
  }

  /** Guest-physical address and kind of every change. */
  private static List<String> changes(RamDiff ram) {
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < ram.pagesChanged(); i++) {
      PageChange change = ram.change(i);
      changes.add("0x%x %s".formatted(change.address().value(), change.kind()));
    }
    return changes;
  }

  private static List<String> expected(ByteBuffer a, ByteBuffer b) {
    ByteBuffer zeroes = ByteBuffer.allocate(PageNumber.PAGE_BYTES);
    List<String> changes = new ArrayList<>();
    for (int address = 0; address < a.capacity(); address += PageNumber.PAGE_BYTES) {
      ByteBuffer before = a.slice(address, PageNumber.PAGE_BYTES);
      ByteBuffer after = b.slice(address, PageNumber.PAGE_BYTES);
      if (!before.equals(after)) {
        ChangeKind kind =
            before.equals(zeroes)
                ? ChangeKind.APPEARED
                : after.equals(zeroes) ? ChangeKind.ZEROED : ChangeKind.CHANGED;
        changes.add("0x%x %s".formatted(address, kind));
      }
    }
    return changes;
  }

  private static int wordIn(RamDiff ram, Side side) throws Exception {
    byte[] page = new byte[PageNumber.PAGE_BYTES];
    ram.ram().readPage(side, new PageNumber(WORD_ADDRESS / PageNumber.PAGE_BYTES), page);
    return ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }
}

package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.PageNumber;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.ConsoleTail;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes of a guest that rewrites its memory all the time, compared page by page with copies that
 * QEMU itself made of its RAM while it stood still.
 */
@Timeout(240)
final class ExactnessQemuTest {

  private static final int MEGABYTES = 64;
  private static final int NODES = 10;

  @TempDir Path folder;

  private record Expected(Node node, ByteBuffer ram) {}

  @Test
  void liveNodesAreExactAndEveryRevertGivesThemBackByBothWays() throws Exception {
    try (Session session =
            Session.create(
                folder.resolve("s"),
                CommandLine.of(TestGuests.bareMetalCommandLine(MEGABYTES)).accept());
        LiveGuest live = LiveGuest.start(session)) {
      ConsoleTail console = new ConsoleTail(live.console());
      console.await("counter 1");
      console.type("d 64 4096");
      console.await("d 64 of 4096");
      List<Expected> nodes = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        console.clear();
        console.await("counter \\d+");
        nodes.add(take(live));
      }
      for (Expected expected : nodes) {
        assertNodeHas(session, expected);
      }
      Random random = new Random(7);
      for (RevertWay way : RevertWay.values()) {
        Collections.shuffle(nodes, random);
        for (Expected expected : nodes) {
          Revert revert = live.revert(expected.node().id(), RunAfter.PAUSE, way).get();
          assertThat(revert.way()).isEqualTo(way);
          assertThat(ramNow(live).mismatch(expected.ram()))
              .as("first differing byte of %s", expected.node().id())
              .isEqualTo(-1);
          NodeContent content = session.content(expected.node().id());
          assertThat(DeviceFields.differences(live.machine().saveDeviceState(), content))
              .as("fields of the device state that %s has otherwise", expected.node().id())
              .isEmpty();
          console.clear();
          live.resume();
          console.await("counter \\d+");
          Expected later = take(live);
          assertNodeHas(session, later);
        }
      }
      console.type("s");
      assertThat(console.await("s sweep \\d+ page \\d+ damaged (\\d+)").group(1)).isEqualTo("0");
    }
  }

  /**
   * A node of a paused guest and QEMU's own copy of its RAM; saving goes on while it runs again.
   */
  private Expected take(LiveGuest live) throws Exception {
    live.pause();
    ByteBuffer ram = ramNow(live);
    CompletableFuture<Node> node = live.snapshot("", Node.Origin.PERSON);
    live.resume();
    return new Expected(node.get(), ram);
  }

  private ByteBuffer ramNow(LiveGuest live) throws Exception {
    Path file = folder.resolve("ram");
    live.machine()
        .qmp()
        .execute(
            "pmemsave", Map.of("val", 0, "size", MEGABYTES << 20, "filename", file.toString()));
    return ByteBuffer.wrap(Files.readAllBytes(file));
  }

  private static void assertNodeHas(Session session, Expected expected) throws Exception {
    NodeContent content = session.content(expected.node().id());
    ByteBuffer page = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    for (int i = 0; i < session.pageCount(); i++) {
      content.readPage(new PageNumber(i), page);
      ByteBuffer copy = expected.ram().slice(i * PageNumber.PAGE_BYTES, PageNumber.PAGE_BYTES);
      assertThat(page.mismatch(copy))
          .as("first differing byte of page %d of %s", i, expected.node().id())
          .isEqualTo(-1);
    }
  }
}

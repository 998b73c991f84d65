package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.PageNumber;
import dev.marey.machine.RunState;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/**
 * The bare-metal guest, alive in a session: what tests do with it and how they check it.
 *
 * <p>Threading: the test's.
 */
final class BareMetal extends GuestInSession {

  static final int MEGABYTES = 64;

  private final Path folder;
  private int copies;

  /** A node and QEMU's own copy of RAM at its instant. */
  record Expected(Node node, ByteBuffer ram) {}

  private BareMetal(Path folder, Session session, LiveGuest live) {
    super(session, live);
    this.folder = folder;
  }

  static BareMetal start(Path folder) throws Exception {
    return start(folder, Tuning.STANDARD, folder.resolve("session"));
  }

  /** Boots it; its memory is being rewritten all the time when this returns. */
  static BareMetal start(Path folder, Tuning tuning, Path sessionFolder) throws Exception {
    return start(folder, tuning, sessionFolder, TestGuests.bareMetalCommandLine(MEGABYTES));
  }

  static BareMetal start(Path folder, Tuning tuning, Path sessionFolder, List<String> commandLine)
      throws Exception {
    Session session = Session.create(sessionFolder, CommandLine.of(commandLine).accept());
    BareMetal guest = new BareMetal(folder, session, LiveGuest.start(session, tuning));
    guest.console().await("counter 1");
    guest.console().type("d 32 2048");
    guest.console().await("d 32 of 2048");
    return guest;
  }

  /** One that a test has started in its own way; closing it closes the session too. */
  static BareMetal of(Path folder, Session session, LiveGuest live) {
    return new BareMetal(folder, session, live);
  }

  /** Waits until the guest has counted on. */
  void runABit() {
    console().clear();
    console().await("counter \\d+");
  }

  /** A node of the paused guest with QEMU's own copy; the guest runs again while it is saved. */
  Expected takeWithCopy() throws Exception {
    live().pause();
    ByteBuffer ram = ramNow();
    CompletableFuture<Node> node = live().snapshot("", Node.Origin.PERSON);
    live().resume();
    return new Expected(node.get(), ram);
  }

  ByteBuffer ramNow() throws Exception {
    Path file = folder.resolve("ram-copy-" + ++copies);
    live()
        .machine()
        .qmp()
        .execute(
            "pmemsave", Map.of("val", 0, "size", MEGABYTES << 20, "filename", file.toString()));
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    } finally {
      Files.delete(file);
    }
  }

  void assertLiveIs(Expected expected) throws Exception {
    assertThat(ramNow().mismatch(expected.ram()))
        .as("first byte of live memory that differs from %s", expected.node().id())
        .isEqualTo(-1);
  }

  void assertNodeIs(Expected expected) throws Exception {
    assertThat(pagesThatDiffer(expected)).as("pages of %s", expected.node().id()).isEmpty();
  }

  private List<Integer> pagesThatDiffer(Expected expected) throws Exception {
    NodeContent content = session().content(expected.node().id());
    ByteBuffer page = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    List<Integer> differing = new ArrayList<>();
    for (int i = 0; i < session().pageCount(); i++) {
      content.readPage(new PageNumber(i), page);
      if (page.mismatch(expected.ram().slice(i * PageNumber.PAGE_BYTES, PageNumber.PAGE_BYTES))
          >= 0) {
        differing.add(i);
      }
    }
    return differing;
  }

  /** The guest looks through its own pattern: nothing it wrote may have changed. */
  void assertGuestFindsNoDamage() {
    console().clear();
    console().type("s");
    assertThat(console().await("s sweep \\d+ page \\d+ damaged (\\d+)").group(1)).isEqualTo("0");
  }

  /** SIGKILL from nowhere, as by the kernel's memory killer; returns when it is known here. */
  void killQemu() {
    ProcessHandle.of(live().machine().pid()).ifPresent(ProcessHandle::destroyForcibly);
    awaitState(RunState.ENDED);
  }

  void awaitState(RunState state) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> live().status().runState() == state);
  }
}

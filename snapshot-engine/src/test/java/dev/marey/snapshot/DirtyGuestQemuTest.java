package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.PageNumber;
import dev.marey.machine.RunState;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.DirtyPattern;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.ConsoleTail;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Linux that rewrites its memory as fast as it can while nodes are taken of it. */
@Timeout(180)
final class DirtyGuestQemuTest {

  @TempDir Path folder;

  @Test
  void aNodeOfARunningLinuxIsOfOneInstantAndSoIsTheGuestAfterGoingBackToIt() throws Exception {
    try (Session session =
            Session.create(
                folder.resolve("session"),
                CommandLine.of(TestGuests.demoCommandLine(128)).accept());
        LiveGuest live = LiveGuest.start(session)) {
      ConsoleTail console = new ConsoleTail(live.console());
      console.await("demo# ");
      console.type("dirty 8 0 0");
      long run = Long.parseUnsignedLong(console.await("run 0x([0-9a-f]+),").group(1), 16);
      console.await("sweep [1-9]");
      Node last = live.snapshot("", Node.Origin.PERSON).get();
      for (int i = 0; i < 3; i++) {
        Node node = live.snapshot("", Node.Origin.PERSON).get();
        assertThat(node.runState()).isEqualTo(RunState.RUNNING);
        DirtyPattern pattern = pattern(session, node, run);
        assertThat(pattern.faults()).as("%s, sweep %d", node.id(), pattern.sweep()).isEmpty();
        assertThat(pattern.pagesFound()).isEqualTo(2048);
        last = node;
      }
      live.revert(last.id(), RunAfter.RUN).get();
      console.clear();
      assertThat(console.await("sweep \\d+, \\d+ MiB written, (\\d+) damaged").group(1))
          .isEqualTo("0");
      live.abandon();
    }
  }

  private static DirtyPattern pattern(Session session, Node node, long run) throws Exception {
    NodeContent content = session.content(node.id());
    DirtyPattern pattern = new DirtyPattern(run);
    ByteBuffer page = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    for (int i = 0; i < session.pageCount(); i++) {
      content.readPage(new PageNumber(i), page);
      pattern.accept(page);
    }
    return pattern;
  }
}

package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.testing.ChildJvm;
import dev.marey.snapshot.testing.Tools;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Our own process is killed while the disks of a node are on their way to the page store. */
@Timeout(180)
final class KilledLedgerQemuTest {

  private static final int KIBIBYTES = 32 << 10;
  private static final int NODES = 20;

  @TempDir Path folder;

  /**
   * Sabotage that fails it: a node that is complete before the blocks of its disk are on disk; a
   * QEMU that outlives us.
   */
  @Test
  void everyCompleteNodeHasItsDiskAndTheGuestGoesOnFromTheLast() throws Exception {
    Tools.makeExt4(folder.resolve("disk.img"), KIBIBYTES >> 10);
    String image = Tools.sha256(folder.resolve("disk.img"));
    Process child =
        ChildJvm.start(ChildJvm.command(KilledLedger.class, "" + folder, "" + KIBIBYTES));
    long address;
    long qemu;
    try (BufferedReader said = child.inputReader(StandardCharsets.UTF_8)) {
      address = Long.parseLong(await(said, "at "));
      qemu = Long.parseLong(await(said, "qemu "));
      String unused = await(said, "S" + NODES);
      Thread.sleep(new Random(5).nextInt(30));
    } finally {
      child.destroyForcibly().waitFor();
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> ProcessHandle.of(qemu).filter(ProcessHandle::isAlive).isEmpty());
    try (Session session = Session.open(folder.resolve("session"))) {
      Ledgers ledgers = new Ledgers(session, folder);
      ledgers.add(address);
      List<Node> complete =
          session.timeline().nodes().stream()
              .filter(node -> node.state() == NodeState.COMPLETE)
              .toList();
      assertThat(complete).hasSizeGreaterThanOrEqualTo(NODES);
      for (Node node : complete.subList(complete.size() - 5, complete.size())) {
        ledgers.assertDisksAgreeWithRam(node.id());
      }
      assertThat(session.verify()).isEmpty();
      NodeId last = complete.get(complete.size() - 1).id();
      assertThat(session.livePosition()).isEqualTo(Optional.of(last));
      long then = ledgers.numbersIn(last).get(0);
      try (LiveGuest guest = LiveGuest.open(session, last, RunAfter.RUN)) {
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> ledgers.numbers(guest::readRam).get(0) > then + 20);
        Node later = guest.snapshot("", Node.Origin.PERSON).get();
        ledgers.assertDisksAgreeWithRam(later.id());
      }
    }
    assertThat(Tools.sha256(folder.resolve("disk.img"))).isEqualTo(image);
  }

  /** What follows the words in the child's line that begins so. */
  private static String await(BufferedReader said, String words) throws Exception {
    StringBuilder all = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      all.append(line).append('\n');
      if (line.startsWith("> " + words)) {
        return line.substring(2 + words.length());
      }
    }
    throw new AssertionError("It ended without \"" + words + "\":\n" + all);
  }
}

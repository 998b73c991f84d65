package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk makes the pause no longer, however large it is and however many nodes there are. Two
 * guests run side by side, so that both meet what else the host does.
 */
final class DiskPauseQemuTest {

  private static final int GIBIBYTES = 20;

  @TempDir Path folder;

  /** Sabotage that fails it: a pause that waits for what the guest wrote to be stored. */
  @Test
  @Timeout(120)
  void aDiskOf20GibibytesMakesThePauseNoLonger() throws Exception {
    assertPausesAreAlike(14);
  }

  @Test
  @Tag("long")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void noLongerWithAThousandNodesEither() throws Exception {
    assertPausesAreAlike(1000);
  }

  private void assertPausesAreAlike(int nodeCount) throws Exception {
    Path image = folder.resolve("disk.qcow2");
    Tools.makeExt4(folder.resolve("disk.img"), GIBIBYTES << 10);
    Tools.makeQcow2(folder.resolve("disk.img"), image);
    Files.delete(folder.resolve("disk.img"));
    List<String> line = new ArrayList<>(TestGuests.demoCommandLine(128));
    List<String> withDisk = new ArrayList<>(line);
    withDisk.addAll(List.of("-drive", "file=" + image + ",format=qcow2,if=virtio"));
    Session plainSession = Session.create(folder.resolve("plain"), CommandLine.of(line).accept());
    try (LedgerGuest disk =
            LedgerGuest.start(folder, folder.resolve("session"), withDisk, GIBIBYTES << 20);
        Session closing = plainSession;
        LiveGuest plain = LiveGuest.start(closing)) {
      List<Node> withDisks = new ArrayList<>();
      List<Node> without = new ArrayList<>();
      for (int i = 0; i < nodeCount; i++) {
        withDisks.add(disk.take());
        without.add(plain.snapshot("", Node.Origin.PERSON).get());
      }
      int last = nodeCount / 2;
      long pauseWithDisk = median(withDisks.subList(last, nodeCount));
      long pauseWithout = median(without.subList(last, nodeCount));
      long early = median(withDisks.subList(1, last));
      System.out.printf(
          "> %d nodes; median pause with the disk %d us, the first half %d us; without %d us%n",
          nodeCount, pauseWithDisk / 1000, early / 1000, pauseWithout / 1000);
      assertThat((double) pauseWithDisk).isLessThan(3.0 * pauseWithout);
      assertThat((double) pauseWithDisk).isLessThan(2.0 * early);
      disk.runABit();
      disk.ledgers().assertDisksAgreeWithRam(withDisks.get(nodeCount - 1).id());
    }
  }

  private static long median(List<Node> nodes) {
    ToLongFunction<Node> pause = node -> node.figures().pause().toNanos();
    return nodes.stream().mapToLong(pause).sorted().skip(nodes.size() / 2).findFirst().orElse(0);
  }
}

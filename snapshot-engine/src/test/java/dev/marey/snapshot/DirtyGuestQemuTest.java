package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import dev.marey.machine.testing.DirtyPattern;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Linux that rewrites its memory while nodes are taken of it. */
@Timeout(240)
final class DirtyGuestQemuTest {

  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Of the memory that is rewritten, 32 MiB. */
  private static final int PAGES = 8192;

  @TempDir Path folder;

  /** Compares beside the load. */
  private final ExecutorService beside = Executors.newSingleThreadExecutor();

  private final List<CompletableFuture<Node>> nodes = new ArrayList<>();
  private final List<CompletableFuture<List<Integer>>> differing = new ArrayList<>();

  @AfterEach
  void end() {
    beside.shutdown();
  }

  @Test
  void aNodeOfARunningLinuxIsOfOneInstantAndSoIsTheGuestAfterGoingBackToIt() throws Exception {
    try (DirtyLinux guest = DirtyLinux.start(folder, 128, "8 0 0")) {
      Node last = guest.take();
      for (int i = 0; i < 3; i++) {
        last = guest.take();
        assertThat(last.runState()).isEqualTo(RunState.RUNNING);
        assertIsOfOneInstant(guest, last, 2048);
      }
      Revert unused = guest.live().revert(last.id(), RunAfter.RUN).get();
      guest.assertFindsNoDamage();
    }
  }

  @Test
  void nodesEveryTenthOfASecondWithRevertsInBetweenAreExact() throws Exception {
    takeEveryTenthOfASecond(40);
  }

  @Test
  @Tag("long")
  @Timeout(900)
  void alsoForAMinute() throws Exception {
    takeEveryTenthOfASecond(600);
  }

  /**
   * Every tenth node is compared with QEMU's own copy in full, all by what the guest wrote.
   *
   * <p>Sabotages that fail it: a page that is released before it is copied; neighbours that are
   * released without being dirty; a revert that leaves pages which were not saved yet.
   */
  private void takeEveryTenthOfASecond(int count) throws Exception {
    try (DirtyLinux guest = DirtyLinux.start(folder, 256, "32 64 0")) {
      nodes.add(CompletableFuture.completedFuture(guest.take()));
      Random random = new Random(4);
      long due = System.nanoTime();
      int reverts = 0;
      for (int i = 0; i < count; i++) {
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        due = Math.max(due + INTERVAL_NANOS, System.nanoTime());
        if (i % 10 == 9) {
          takeAndCompare(guest);
        } else {
          nodes.add(guest.live().snapshot("", Node.Origin.AUTOMATIC));
        }
        if (i % 20 == 14) {
          reverts++;
          goBack(guest, nodes.get(random.nextInt(i)).get(), i % 40 == 14);
        }
      }
      guest.assertFindsNoDamage();
      guest.live().pause();
      for (CompletableFuture<List<Integer>> pages : differing) {
        assertThat(pages.get()).as("pages that differ from QEMU's own copy").isEmpty();
      }
      for (CompletableFuture<Node> node : nodes) {
        assertThat(node.get().state()).isEqualTo(NodeState.COMPLETE);
      }
      assertThat(guest.problems()).isEmpty();
      assertThat(guest.session().verify()).isEmpty();
      assertThat(guest.session().timeline().nodes()).hasSize(nodes.size() + reverts);
      assertStory(guest);
    }
  }

  /** The copy and the node are of one instant: the guest stands still. */
  private void takeAndCompare(DirtyLinux guest) throws Exception {
    guest.live().pause();
    Path copy = guest.copyRam();
    CompletableFuture<Node> node = guest.live().snapshot("", Node.Origin.PERSON);
    guest.live().resume();
    nodes.add(node);
    differing.add(node.thenApplyAsync(taken -> compare(guest, taken, copy), beside));
  }

  private static List<Integer> compare(DirtyLinux guest, Node node, Path copy) {
    try {
      return guest.pagesThatDiffer(node, copy);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param look whether the guest is looked at before it runs on; that touches all its memory, and
   *     when it runs on nothing of it is missing any more
   */
  private static void goBack(DirtyLinux guest, Node target, boolean look) throws Exception {
    Revert revert = guest.live().revert(target.id(), look ? RunAfter.PAUSE : RunAfter.RUN).get();
    assertThat(revert.way()).isEqualTo(RevertWay.IN_PROCESS);
    assertThat(revert.kept()).isPresent();
    if (look) {
      DirtyPattern now = guest.pattern(guest.copyRam());
      assertThat(now.faults()).as("after going back to %s", target.id()).isEmpty();
      assertThat(now.written()).isEqualTo(guest.pattern(target).written());
      guest.live().resume();
    }
  }

  /** Every node is of one instant, and of one later than that of the node before. */
  private static void assertStory(DirtyLinux guest) throws Exception {
    int caught = 0;
    for (Node node : guest.session().timeline().nodes()) {
      DirtyPattern pattern = assertIsOfOneInstant(guest, node, PAGES);
      if (node.parent().isPresent()) {
        Node before = guest.session().resolve(node.parent().get().toString());
        assertThat(pattern.written())
            .as("%s after %s", node.id(), before.id())
            .isGreaterThanOrEqualTo(guest.pattern(before).written());
      }
      caught += node.figures().pagesWrittenDuringSave();
    }
    assertThat(caught).as("pages that were written before they were saved").isPositive();
  }

  private static DirtyPattern assertIsOfOneInstant(DirtyLinux guest, Node node, int pages)
      throws Exception {
    DirtyPattern pattern = guest.pattern(node);
    assertThat(pattern.faults()).as("%s, sweep %d", node.id(), pattern.sweep()).isEmpty();
    assertThat(pattern.pagesFound()).isEqualTo(pages);
    return pattern;
  }
}

package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of a running guest are thinned and their room is given back, all the time. */
@Timeout(300)
final class SweptGuestQemuTest {

  private static final ThinningRule HARD = new ThinningRule(List.of(), Duration.ofDays(1));

  @TempDir Path folder;

  private static void addPages(Session session, Node node, BitSet pages) throws SnapshotException {
    session.content(node.id()).pageMap().forEachStored((page, ref) -> pages.set(ref));
  }

  @Test
  void whatIsLeftIsExactAndTheGuestNoticesNothing() throws Exception {
    whatIsLeftIsExact(true);
  }

  @Test
  @Tag("long")
  void alsoWithRevertsThatAreNotLazy() throws Exception {
    whatIsLeftIsExact(false);
  }

  /**
   * Sabotage that fails it: captures without a lease.
   *
   * @param lazy whether reverts leave most of RAM in the page store
   */
  private void whatIsLeftIsExact(boolean lazy) throws Exception {
    Tuning tuning = lazy ? Tuning.LAZY : Tuning.STANDARD;
    try (BareMetal guest = BareMetal.start(folder, tuning, folder.resolve("session"))) {
      List<BareMetal.Expected> kept = new ArrayList<>();
      guest.console().type("d 512 4096");
      guest.console().await("d 512 of 4096");
      kept.add(guest.takeWithCopy());
      AtomicBoolean done = new AtomicBoolean();
      BitSet pages = new BitSet();
      CompletableFuture<Integer> sweeps =
          CompletableFuture.supplyAsync(
              () -> {
                int count = 0;
                try {
                  while (!done.get()) {
                    long unused = guest.session().giveRoomBack();
                    count++;
                  }
                  return count;
                } catch (SnapshotException e) {
                  throw new IllegalStateException(e);
                }
              });
      int thinned = 0;
      for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 8; i++) {
          Node node = guest.live().automaticSnapshot().get().orElseThrow();
          addPages(guest.session(), node, pages);
          thinned += guest.live().thin(HARD).get().size();
        }
        // What the contents of addPages name is kept until they are collected.
        System.gc();
        kept.add(guest.takeWithCopy());
        if (round % 2 == 1) {
          BareMetal.Expected target = kept.get(round / 2);
          guest.live().pause();
          Revert unused = guest.live().revert(target.node().id(), RunAfter.KEEP).get();
          guest.assertLiveIs(target);
          guest.live().resume();
          guest.assertGuestFindsNoDamage();
        }
      }
      done.set(true);
      assertThat(thinned).isGreaterThan(12);
      assertThat(sweeps.get()).isGreaterThan(3);
      assertThat(pages.stream().filter(ref -> guest.session().pages().damageOf(ref) != null))
          .as("pages that were given up")
          .hasSizeGreaterThan(150);
      guest.assertGuestFindsNoDamage();
      for (BareMetal.Expected node : kept) {
        guest.assertNodeIs(node);
      }
      assertThat(guest.session().verify()).isEmpty();
      assertThat(guest.session().timeline().nodes())
          .extracting(Node::state)
          .containsOnly(NodeState.COMPLETE);
      assertThat(guest.problems()).isEmpty();
    }
    try (Session session = Session.open(folder.resolve("session"))) {
      assertThat(session.problems()).isEmpty();
      assertThat(session.verify()).isEmpty();
    }
  }
}

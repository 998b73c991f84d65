package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The engine is asked for the next thing while nothing of the last one is finished: pages of a
 * revert are missing and pages of a node unsaved. What comes of it is compared with copies that
 * QEMU made of its RAM while it stood still.
 */
@Timeout(240)
final class BusyQemuTest {

  /** So many that any two nodes differ in more pages than the guest touches in a moment. */
  private static final int PAGES = 12_000;

  private static final int DIRTY = 500;

  @TempDir Path folder;

  /** How far the engine was when the turn of a revert came. */
  private record Midway(boolean saved, int pagesAbsent) {}

  /** Sabotage that fails it: a revert that doesn't wait for the pages of an unfinished node. */
  @Test
  @Tag("long")
  void revertsToTenNodesAskedForWhilePagesAreMissingAndANodeIsBeingSavedAreExact()
      throws Exception {
    revertWhileBusy(10);
  }

  @Test
  void revertsAskedForWhilePagesAreMissingAndANodeIsBeingSavedAreExact() throws Exception {
    revertWhileBusy(3);
  }

  private void revertWhileBusy(int count) throws Exception {
    try (BareMetal guest = BareMetal.start(folder, 0, folder.resolve("session"))) {
      guest.loadNothingAhead();
      guest.console().type("d 128 " + PAGES);
      guest.console().await("d 128 of " + PAGES);
      List<BareMetal.Expected> nodes = takeAll(guest, count);
      Random random = new Random(11);
      for (RevertWay way : RevertWay.values()) {
        Collections.shuffle(nodes, random);
        for (int i = 0; i < count; i++) {
          BareMetal.Expected expected = nodes.get(i);
          runLazilyFrom(guest, nodes.get((i + 1) % count).node().id(), way);
          CompletableFuture<Node> node = guest.live().snapshot("", Node.Origin.PERSON);
          CompletableFuture<Midway> midway = midway(guest.live(), node);
          CompletableFuture<Revert> revert =
              guest.live().revert(expected.node().id(), RunAfter.PAUSE, way);
          assertThat(revert.get().way()).isEqualTo(way);
          assertThat(midway.get().saved()).as("node saved before the revert began").isFalse();
          assertThat(midway.get().pagesAbsent()).isPositive();
          assertThat(node.get().state()).isEqualTo(NodeState.COMPLETE);
          guest.assertLiveIs(expected);
          assertThat(
                  DeviceFields.differences(
                      guest.live().machine().saveDeviceState(),
                      guest.session().content(expected.node().id())))
              .as("fields of the device state that %s has otherwise", expected.node().id())
              .isEmpty();
        }
      }
      for (BareMetal.Expected expected : nodes) {
        guest.assertNodeIs(expected);
      }
      guest.live().resume();
      guest.runABit();
      guest.assertGuestFindsNoDamage();
      assertThat(guest.problems()).isEmpty();
      assertThat(guest.session().verify()).isEmpty();
    }
  }

  /** Nodes and copies of them, each taken while the one before may still be being saved. */
  private static List<BareMetal.Expected> takeAll(BareMetal guest, int count) throws Exception {
    List<CompletableFuture<Node>> saving = new ArrayList<>();
    List<ByteBuffer> copies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      guest.runABit();
      guest.runABit();
      guest.live().pause();
      copies.add(guest.ramNow());
      saving.add(guest.live().snapshot("", Node.Origin.PERSON));
      guest.live().resume();
    }
    List<BareMetal.Expected> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(new BareMetal.Expected(saving.get(i).get(), copies.get(i)));
    }
    return nodes;
  }

  /** Returns when the guest has written some of its memory; the rest of it stays missing. */
  private static void runLazilyFrom(BareMetal guest, NodeId node, RevertWay way) throws Exception {
    assertThat(guest.live().revert(node, RunAfter.RUN, way).get().way()).isEqualTo(way);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> guest.live().status().pagesDirty() >= DIRTY);
  }

  /** Looks when all that was asked for before has had its turn. */
  private static CompletableFuture<Midway> midway(LiveGuest live, CompletableFuture<Node> node) {
    return live.deviceState()
        .thenApply(unused -> new Midway(node.isDone(), live.status().pagesAbsent()));
  }
}

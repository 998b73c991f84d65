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
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The engine is asked for the next thing while nothing of the last one is finished: the loader of a
 * revert is held in the middle, and the saver of a node. What comes of it is compared with copies
 * that QEMU made of its RAM while it stood still.
 */
@Timeout(240)
final class BusyQemuTest {

  private static final int PAGES = 12_000;

  /** Any two nodes differ in many pages. */
  private static final String FAST = "d 512 " + PAGES;

  /** While something is held the guest touches few of the pages that are missing. */
  private static final String SLOW = "d 4 " + PAGES;

  private static final int LOADER_TURNS = 10;

  @TempDir Path folder;

  private final Gate saving = new Gate();
  private final Gate loading = new Gate();

  /** Sabotage that fails it: missing pages that stay those of the node before. */
  @Test
  void revertsWhileAnotherIsLoadingAndANodeIsBeingSavedAreExact() throws Exception {
    revertWhileBusy(10, 5);
  }

  @Test
  @Tag("long")
  void revertsToFiftyNodesWhileAnotherIsLoadingAndANodeIsBeingSavedAreExact() throws Exception {
    revertWhileBusy(50, 50);
  }

  private void revertWhileBusy(int nodeCount, int reverts) throws Exception {
    Tuning tuning = new Tuning(0, saving, loading);
    try (BareMetal guest = BareMetal.start(folder, tuning, folder.resolve("session"))) {
      tell(guest, FAST);
      List<BareMetal.Expected> nodes = takeAll(guest, nodeCount);
      Random random = new Random(11);
      for (RevertWay way : RevertWay.values()) {
        Collections.shuffle(nodes, random);
        for (int i = 0; i < reverts; i++) {
          BareMetal.Expected expected = nodes.get(i);
          goOnLazilyFrom(guest, nodes.get((i + 1) % nodeCount).node().id(), way);
          revertBeforeAnythingIsFinished(guest, expected, way);
          loading.open();
          guest.assertLiveIs(expected);
          assertThat(
                  DeviceFields.differences(
                      guest.live().machine().saveDeviceState(),
                      guest.session().content(expected.node().id())))
              .as("fields of the device state that %s has otherwise", expected.node().id())
              .isEmpty();
        }
      }
      loading.open();
      for (BareMetal.Expected expected : nodes) {
        guest.assertNodeIs(expected);
      }
      guest.live().resume();
      guest.runABit();
      guest.assertGuestFindsNoDamage();
      assertThat(guest.problems()).isEmpty();
      assertThat(guest.session().verify()).isEmpty();
    } finally {
      saving.open();
      loading.open();
    }
  }

  /** Nodes and copies of them, each taken while the one before may still be being saved. */
  private static List<BareMetal.Expected> takeAll(BareMetal guest, int count) throws Exception {
    List<CompletableFuture<Node>> unfinished = new ArrayList<>();
    List<ByteBuffer> copies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      guest.runABit();
      guest.live().pause();
      copies.add(guest.ramNow());
      unfinished.add(guest.live().snapshot("", Node.Origin.PERSON));
      guest.live().resume();
    }
    List<BareMetal.Expected> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(new BareMetal.Expected(unfinished.get(i).get(), copies.get(i)));
    }
    return nodes;
  }

  /** Returns when the guest writes some of its memory; most of it stays missing. */
  private void goOnLazilyFrom(BareMetal guest, NodeId node, RevertWay way) throws Exception {
    loading.allow(LOADER_TURNS);
    assertThat(guest.live().revert(node, RunAfter.RUN, way).get().way()).isEqualTo(way);
    tell(guest, SLOW);
  }

  private static void tell(BareMetal guest, String command) {
    guest.console().clear();
    guest.console().type(command);
    guest.console().await(command.replaceFirst(" (?=\\d+$)", " of ") + " pages");
  }

  private void revertBeforeAnythingIsFinished(
      BareMetal guest, BareMetal.Expected expected, RevertWay way) throws Exception {
    LiveGuest live = guest.live();
    saving.allow(1);
    int before = guest.session().timeline().nodes().size();
    CompletableFuture<Node> node = live.snapshot("", Node.Origin.PERSON);
    CompletableFuture<Revert> revert = live.revert(expected.node().id(), RunAfter.PAUSE, way);
    // The node, and the present that the revert keeps first.
    await(() -> guest.session().timeline().nodes().size() == before + 2);
    assertThat(node).as("node that is being saved").isNotDone();
    assertThat(live.status().pagesAbsent()).as("pages that are being loaded").isPositive();
    assertThat(live.status().pagesAhead()).isPositive();
    loading.allow(LOADER_TURNS);
    saving.open();
    assertThat(revert.get().way()).isEqualTo(way);
    assertThat(live.status().pagesAbsent()).as("pages still to be loaded").isPositive();
    assertThat(node.get().state()).isEqualTo(NodeState.COMPLETE);
  }

  private static void await(BooleanSupplier what) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(2))
        .until(what::getAsBoolean);
  }
}

package dev.marey.snapshot;

import static dev.marey.snapshot.testing.SmallSession.S1;
import static dev.marey.snapshot.testing.SmallSession.S2;
import static dev.marey.snapshot.testing.SmallSession.S3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.PageNumber;
import dev.marey.snapshot.store.PageLease;
import dev.marey.snapshot.testing.ChildJvm;
import dev.marey.snapshot.testing.RandomPages;
import dev.marey.snapshot.testing.SmallSession;
import dev.marey.snapshot.testing.SweepingProcess;
import java.io.BufferedReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that are open give room back. */
@Timeout(300)
final class SweepTest {

  private static final int PAGES = 1024;
  private static final ThinningRule HARD = new ThinningRule(List.of(), Duration.ofDays(1));

  @TempDir Path temporary;

  private Path folder() {
    return temporary.resolve("session");
  }

  private static int[] all() {
    return IntStream.range(0, PAGES).toArray();
  }

  private static Node add(Session session, NodeId parent, int second, int seed, int... pages)
      throws SnapshotException {
    return SmallSession.addAutomatic(
        session, Optional.of(parent), Duration.ofSeconds(second), seed, pages);
  }

  /** S1 has four pages, S2 all others anew, S3 as S1 but for three. */
  private Session threeNodes() throws SnapshotException {
    Session session = Session.create(folder(), SmallSession.guest(PAGES));
    SmallSession.addAutomatic(session, Optional.empty(), Duration.ZERO, 0, 0, 1, 2, 3);
    add(session, S1, 1, 10_000, all());
    add(session, S2, 2, 0, all());
    add(session, S3, 3, 20_000, 4, 5, 6);
    return session;
  }

  @Test
  void aThinnedNodeGivesItsRoomBackWhileTheSessionIsOpen() throws Exception {
    try (Session session = threeNodes()) {
      long before = session.sizeBytes();
      assertThat(session.giveRoomBack()).isLessThan(10_000);
      long expected = session.bytesOf(List.of(S2));
      assertThat(expected).isBetween(PAGES * 2000L, PAGES * 2700L);
      assertThat(session.thin(HARD, Set.of(S3))).containsExactly(S2);
      // Its maps were handed out when S3 was made of them.
      long[] freed = new long[1];
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                System.gc();
                freed[0] += session.giveRoomBack();
                return freed[0] > expected / 2;
              });
      assertThat(freed[0]).isBetween(expected * 9 / 10, expected * 11 / 10);
      assertThat(session.sizeBytes()).isLessThan(before - freed[0] * 9 / 10);
      assertThat(session.verify()).isEmpty();
      // What was in the freed node comes again.
      NodeId last = session.livePosition().orElseThrow();
      add(session, last, 4, 10_000, all());
      assertThat(session.verify()).isEmpty();
    }
    try (Session session = Session.open(folder())) {
      assertThat(session.problems()).isEmpty();
      assertThat(session.verify()).isEmpty();
      assertThat(session.timeline().nodes()).hasSize(4);
    }
  }

  /** Sabotage that fails it: not counting deleted nodes among those with maps. */
  @Test
  void whatADeletedNodeNeedsStaysUntilItCannotComeBack() throws Exception {
    threeNodes().close();
    try (Session session = Session.open(folder())) {
      session.delete(S2);
      session.giveRoomBack();
      session.undoDelete(S2);
      assertThat(session.verify()).isEmpty();
    }
  }

  /** Sabotage that fails it: not asking who holds maps. */
  @Test
  void whoReadsANodeThatIsThinnedGoesOnReading() throws Exception {
    try (Session session = threeNodes()) {
      NodeContent content = session.content(S2);
      assertThat(session.thin(HARD, Set.of(S3))).containsExactly(S2);
      session.giveRoomBack();
      ByteBuffer page = ByteBuffer.allocateDirect(4096);
      for (int i = 0; i < PAGES; i++) {
        content.readPage(new PageNumber(i), page);
        assertThat(page).isEqualTo(RandomPages.page(10_000 + i));
      }
      assertThat(content.id()).isEqualTo(S2);
      content = session.content(S1);
      assertThat(content.id()).isEqualTo(S1);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                System.gc();
                return session.giveRoomBack() > PAGES * 2000L;
              });
      assertThat(session.verify()).isEmpty();
    }
  }

  /**
   * One thread takes nodes, whose contents come again and again, while another thins and sweeps.
   *
   * <p>Sabotage that fails it: pages that are put during a sweep are not held.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nodesTakenWhileRoomIsGivenBackAreExact(long seed) throws Exception {
    Map<NodeId, int[]> contents = new HashMap<>();
    try (Session session = Session.create(folder(), SmallSession.guest(PAGES))) {
      AtomicBoolean done = new AtomicBoolean();
      CompletableFuture<Integer> sweeps =
          CompletableFuture.supplyAsync(
              () -> {
                int count = 0;
                try {
                  while (!done.get()) {
                    session.thin(HARD, Set.of());
                    session.giveRoomBack();
                    count++;
                  }
                } catch (SnapshotException e) {
                  throw new IllegalStateException(e);
                }
                return count;
              });
      Random random = new Random(seed);
      Optional<NodeId> parent = Optional.empty();
      int[] seeds = new int[PAGES];
      for (int i = 0; i < 150; i++) {
        int content = 1 + random.nextInt(4) * PAGES;
        int[] pages = random.ints(300, 0, PAGES).sorted().distinct().toArray();
        PageLease lease = session.pages().lease();
        try {
          parent =
              Optional.of(
                  SmallSession.addAutomatic(session, parent, Duration.ofSeconds(i), content, pages)
                      .id());
        } finally {
          lease.close();
        }
        for (int page : pages) {
          seeds[page] = content + page;
        }
        contents.put(parent.get(), seeds.clone());
      }
      done.set(true);
      assertThat(sweeps.get()).isGreaterThan(5);
      session.giveRoomBack();
      assertThat(session.timeline().nodes()).hasSizeLessThan(100);
      check(session, contents);
    }
    try (Session session = Session.open(folder())) {
      assertThat(session.problems()).isEmpty();
      check(session, contents);
    }
  }

  private static void check(Session session, Map<NodeId, int[]> contents) throws SnapshotException {
    assertThat(session.verify()).isEmpty();
    ByteBuffer page = ByteBuffer.allocateDirect(4096);
    for (Node node : session.timeline().nodes()) {
      NodeContent content = session.content(node.id());
      int[] seeds = contents.getOrDefault(node.id(), new int[0]);
      for (int i = 0; i < PAGES; i++) {
        content.readPage(new PageNumber(i), page);
        assertThat(page)
            .as("page %d of %s", i, node.id())
            .isEqualTo(seeds[i] == 0 ? ByteBuffer.allocate(4096) : RandomPages.page(seeds[i]));
      }
    }
  }

  /** Killed while it takes, thins and sweeps, at moments of no choice. */
  @Test
  void aKillAtAnyMomentLeavesWholeNodes() throws Exception {
    Random random = new Random(7);
    Session.create(folder(), SmallSession.guest(PAGES)).close();
    int removed = 0;
    for (int round = 0; round < 3; round++) {
      List<String> named = new ArrayList<>();
      Process child =
          ChildJvm.start(ChildJvm.command(SweepingProcess.class, folder().toString(), "" + round));
      try (BufferedReader output = child.inputReader(StandardCharsets.UTF_8)) {
        assertThat(output.readLine()).isEqualTo("open");
        for (int i = 0; i < 10 + random.nextInt(60); i++) {
          named.add(output.readLine());
        }
        Thread.sleep(random.nextInt(30));
        child.toHandle().destroyForcibly();
        output.lines().forEach(named::add);
      } finally {
        child.destroyForcibly().waitFor();
      }
      removed += (int) named.stream().filter(line -> line.startsWith("gone")).count();
      try (Session session = Session.open(folder())) {
        assertThat(session.problems())
            .allMatch(problem -> problem.contains("was still being saved when Marey ended"));
        assertThat(session.verify()).isEmpty();
        List<String> ids =
            session.timeline().nodes().stream().map(node -> node.id().toString()).toList();
        assertThat(ids)
            .containsAll(
                named.stream()
                    .filter(line -> line.startsWith("kept "))
                    .map(line -> line.substring(5))
                    .toList());
        assertThat(session.timeline().nodes().stream().filter(n -> n.parent().isEmpty()))
            .as("one tree")
            .hasSize(1);
        assertThat(session.timeline().nodes().stream().flatMap(n -> n.parent().stream()))
            .allMatch(parent -> session.timeline().find(parent).isPresent());
      }
    }
    assertThat(removed).isGreaterThan(20);
  }
}

package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Snapshots, reverts, pauses and moves through the history, asked for by several threads at once.
 */
@Timeout(180)
final class RandomOperationsQemuTest {

  private static final int THREADS = 4;
  private static final int OPERATIONS = 6;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void whateverIsAskedAtOnceNodesAreWholeAndTheStoryHasNoGap(long seed) throws Exception {
    Tuning tuning = seed % 2 == 0 ? Tuning.STANDARD : Tuning.LAZY;
    try (BareMetal guest = BareMetal.start(folder, tuning, folder.resolve("session"))) {
      guest.take();
      List<CompletableFuture<Void>> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(seed * 100 + i);
        threads.add(CompletableFuture.runAsync(() -> operate(guest, random), work -> start(work)));
      }
      for (CompletableFuture<Void> thread : threads) {
        thread.get();
      }
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(guest.session().timeline().nodes())
                      .extracting(Node::state)
                      .containsOnly(NodeState.COMPLETE));
      List<Node> nodes = new ArrayList<>(guest.session().timeline().nodes());
      assertThat(guest.problems()).isEmpty();
      assertThat(guest.session().verify()).isEmpty();
      Collections.shuffle(nodes, new Random(seed));
      for (Node node : nodes.subList(0, Math.min(5, nodes.size()))) {
        guest.live().revert(node.id(), RunAfter.RUN).get();
        guest.assertGuestFindsNoDamage();
        guest.live().pause();
        assertCountsWithoutGap(guest, guest.take());
        assertLaneOf(guest, node);
      }
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "test-operations");
    thread.setDaemon(true);
    thread.start();
  }

  private static void operate(BareMetal guest, Random random) {
    LiveGuest live = guest.live();
    for (int i = 0; i < OPERATIONS; i++) {
      try {
        List<Node> nodes =
            guest.session().timeline().nodes().stream()
                .filter(node -> node.state() == NodeState.COMPLETE)
                .toList();
        NodeId any = nodes.get(random.nextInt(nodes.size())).id();
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> live.snapshot("", Node.Origin.PERSON).get();
          case 3 -> live.revert(any, RunAfter.RUN, RevertWay.IN_PROCESS).get();
          case 4 -> live.revert(any, RunAfter.RUN, RevertWay.STANDBY).get();
          case 5 -> live.revert(any, RunAfter.KEEP).get();
          case 6 -> {
            live.pause();
            live.resume();
          }
          default -> {
            if (live.canGoBack()) {
              // another thread may have gone there first
              live.back().exceptionally(e -> null).get();
            }
          }
        }
        live.resume();
      } catch (Exception e) {
        throw new IllegalStateException("operation " + i, e);
      }
    }
  }

  private static void assertCountsWithoutGap(BareMetal guest, Node node) throws Exception {
    String text =
        new String(guest.session().transcript(node.console()), StandardCharsets.ISO_8859_1);
    Matcher counter = Pattern.compile("counter (\\d+)\\r?\\n").matcher(text);
    List<Integer> numbers = new ArrayList<>();
    while (counter.find()) {
      numbers.add(Integer.parseInt(counter.group(1)));
    }
    assertThat(numbers)
        .as("numbers in the story of %s", node.id())
        .isEqualTo(IntStream.rangeClosed(1, numbers.size()).boxed().toList());
  }

  /** What is taken after going back to a node that has successors is in a lane of its own. */
  private static void assertLaneOf(BareMetal guest, Node left) {
    List<Node> children = guest.session().timeline().children(left.id());
    assertThat(children).extracting(Node::lane).doesNotHaveDuplicates();
  }
}

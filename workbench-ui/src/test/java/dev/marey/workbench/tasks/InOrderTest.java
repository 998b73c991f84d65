package dev.marey.workbench.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

final class InOrderTest {

  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final InOrder inOrder = new InOrder(threads::add);
  private final List<Integer> done = new ArrayList<>();

  @Test
  void oneThreadAtATimeDoesWhatCameInItsOrder() {
    inOrder.execute(() -> done.add(1));
    inOrder.execute(() -> done.add(2));
    assertThat(threads).hasSize(1);
    threads.remove().run();
    assertThat(done).containsExactly(1, 2);
  }

  @Test
  void whatComesAfterTheEndOfTheQueueStartsAnew() {
    inOrder.execute(() -> done.add(1));
    threads.remove().run();
    inOrder.execute(() -> done.add(2));
    threads.remove().run();
    assertThat(done).containsExactly(1, 2);
  }
}

package dev.marey.workbench.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javafx.application.Platform;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testfx.framework.junit5.ApplicationTest;

@Timeout(60)
final class ThreadedTaskServiceFxTest extends ApplicationTest {

  /** Sabotage that fails it: an end that only the work itself tells of. */
  @Test
  void whatIsCancelledAtOnceEndsAndIsToldSo() {
    ThreadedTaskService tasks = new ThreadedTaskService(Platform::runLater, (title, failure) -> {});
    int count = 300;
    AtomicInteger finished = new AtomicInteger();
    try {
      interact(
          () -> {
            for (int i = 0; i < count; i++) {
              tasks
                  .start(
                      BackgroundTask.of(
                              "work", progress -> new CountDownLatch(1).await(1, TimeUnit.DAYS))
                          .onFinished(finished::incrementAndGet))
                  .cancel();
            }
          });
      Awaitility.await().until(() -> finished.get() == count);
      interact(() -> assertThat(tasks.running()).isEmpty());
    } finally {
      tasks.close();
    }
  }
}

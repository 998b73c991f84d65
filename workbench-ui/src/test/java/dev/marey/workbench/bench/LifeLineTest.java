package dev.marey.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LifeLineTest {

  private static Optional<ProcessHandle> sleeping(String seconds) {
    return ProcessHandle.current()
        .descendants()
        .filter(
            process -> process.info().commandLine().orElse("").matches("(\\S*/)?sleep " + seconds))
        .findFirst();
  }

  /** Sabotage that fails it: a guard that does not kill. */
  @Test
  void theProgramEndsWithItsHolder() throws Exception {
    LifeLine life = LifeLine.start(List.of("sleep", "7312"));
    ProcessHandle sleep =
        Awaitility.await().until(() -> sleeping("7312"), Optional::isPresent).orElseThrow();
    assertThat(life.isAlive()).isTrue();

    life.close();

    assertThat(life.isAlive()).isFalse();
    assertThat(sleep.onExit().get(20, TimeUnit.SECONDS).isAlive()).isFalse();
  }

  @Test
  void whatTheProgramSaysBeforeItEndsIsKept() throws Exception {
    try (LifeLine life = LifeLine.start(List.of("sh", "-c", "echo no such machine; exit 1"))) {
      Awaitility.await().until(() -> !life.isAlive());
      Awaitility.await().until(() -> life.words().equals("no such machine"));
    }
  }
}

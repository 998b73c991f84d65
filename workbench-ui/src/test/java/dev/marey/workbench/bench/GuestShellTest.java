package dev.marey.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shell whose guest answers what the test says. */
@Timeout(20)
final class GuestShellTest {

  private final GuestConsole console = new GuestConsole();
  private final Deque<String> answers = new ArrayDeque<>();
  private int sleeps;

  private final GuestShell shell =
      new GuestShell(
          console,
          text -> prints(text.replace("\n", "\r\n") + answers.remove()),
          () -> true,
          time -> {
            sleeps++;
            if (!answers.isEmpty()) {
              prints(answers.remove());
            }
          });

  private void prints(String text) {
    console.printed(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theEchoOfTheCommandIsNoAnswer() throws Exception {
    prints("load: a, 1 pages/s, left of an earlier one\r\ndemo# ");
    answers.addAll(List.of("", "load: a, 16384 pages/s, 65536 pages of memory\r\n"));
    shell.startLoad("load a 16384 256");
    assertThat(sleeps).isEqualTo(1);
  }

  @Test
  void anOlderGuestIsToldFromABusyOne() {
    answers.add("sh: load: not found\r\ndemo# ");
    assertThatThrownBy(() -> shell.startLoad("load a 16384 256"))
        .isInstanceOf(BenchException.class)
        .hasMessage(
            "The demo guest that is prepared is an older one, without the program 'load'. Prepare"
                + " them with: ./marey guests");
  }

  @Test
  void aGuestWithoutTheMemoryIsToldAtOnce() {
    answers.add("[    5.9] Out of memory: Killed process 91 (load)\r\nKilled\r\ndemo# ");
    assertThatThrownBy(() -> shell.hold(912))
        .hasMessage("The guest has not the memory for 'load hold 912 &'.");
  }

  /** After a revert the load counts from an earlier number on. */
  @Test
  void pagesCountFromWhatIsToldNext() throws Exception {
    prints("load: 9000 ms, 900 pages, 0 rounds, sweep 0\r\n");
    answers.addAll(
        List.of(
            "load: 3000 ms, 300 pages, 0 rounds, sweep 0\r\n",
            "load: 4000 ms, 400 pages, 0 rounds, sweep 0\r\n",
            "load: 5000 ms, 500 pages, 0 rounds, sweep 0\r\n"));
    shell.awaitPages(200);
    assertThat(answers).isEmpty();
    assertThat(sleeps).isEqualTo(3);
  }

  @Test
  void theKernelOfALargeGuestNeedsMore() {
    assertThat(GuestShell.spareMebibytes(1024)).isEqualTo(800);
    assertThat(GuestShell.spareMebibytes(8192)).isEqualTo(7520);
  }
}

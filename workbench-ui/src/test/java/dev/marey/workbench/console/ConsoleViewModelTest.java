package dev.marey.workbench.console;

import static dev.marey.workbench.testing.Nodes.console;
import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.session.RevertDone;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import dev.marey.workbench.testing.FakeSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * S1 was taken when the console had printed 3000 bytes, S2 ran on from it; then the guest went back
 * to S1, where a second transcript begins, and S3 was taken 50 bytes later.
 */
final class ConsoleViewModelTest {

  private static final String EARLY = line("early", 1000) + line("before S1", 2000);
  private static final String SECOND = EARLY + line("after the revert", 50);

  private final FakeSession session = new FakeSession();
  private final ShownViewModel shown = new ShownViewModel();
  private final ConsoleViewModel model =
      new ConsoleViewModel(session, shown, new CurrentThreadTaskService(), Runnable::run);

  /** A line that is so many bytes long, its end included. */
  private static String line(String words, int bytes) {
    return words + " ".repeat(bytes - words.length() - 1) + "\n";
  }

  @BeforeEach
  void goBackOnce() {
    session.transcripts.put(id(1), EARLY);
    session.transcripts.put(id(2), EARLY + line("the first time", 600));
    session.transcripts.put(id(3), SECOND);
    session.liveTranscript(SECOND + line("now", 10));
    session.live(FakeSession.running(Duration.ofSeconds(9), Optional.of(id(3)), true));
    session.timeline(
        Timeline.of(
            List.of(
                console(node(1, 0, 0, 2), 1, 3000),
                console(node(2, 1, 0, 4), 1, 3600),
                console(node(3, 1, 1, 3), 2, 50))));
    shown.update(session.timeline());
  }

  /** Sabotage that fails it: no line put in, the prompt not shown again below it. */
  @Test
  void afterARevertThePromptIsShownAgain() throws Exception {
    session.transcripts.put(id(1), "booted\r\ndemo# ");
    session.liveTranscript("booted\r\ndemo# ls");
    session.fireReverted(new RevertDone(id(1), Optional.empty(), Duration.ZERO));
    StringBuilder shows = new StringBuilder();
    char[] buffer = new char[4096];
    while (shows.indexOf("ls") < 0) {
      shows.append(buffer, 0, model.live().read(buffer, 0, buffer.length));
    }
    assertThat(shows.toString())
        .endsWith(
            ConsoleTty.CLEAR
                + "booted\r\ndemo# \r\n\u001b[0;7m reverted to S1 \u001b[0m\r\ndemo# ls");
  }

  private Optional<NodeId> before(String line) {
    model.goBefore(line, 0);
    return shown.shownProperty().get();
  }

  @Test
  void beforeALineOfTheFirstBranchNoNodeOfTheSecondIsMeant() {
    assertThat(before("early")).isEmpty();
  }

  @Test
  void aLineAfterTheRevertComesAfterTheNodeThatWasGoneBackTo() {
    assertThat(before("after the revert")).contains(id(1));
  }

  @Test
  void theLastNodeOfTheShownBranchIsFound() {
    assertThat(before("now")).contains(id(3));
  }

  @Test
  void atAPastNodeItsOwnBranchCounts() {
    shown.select(id(2));
    assertThat(before("before S1")).contains(id(2));
    assertThat(before("the first time")).contains(id(1));
  }
}

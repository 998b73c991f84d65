package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.Session;
import dev.marey.snapshot.testing.SmallSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A session is deleted from the start page only when that is confirmed.
 *
 * <p>Sabotage that fails it: deleting without asking, or whatever the answer is (the folder is gone
 * after No); a Yes that does nothing.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class DeleteSessionFxTest extends WindowJourney {

  @Override
  RealWindow begin() throws Exception {
    Path sessions = home.resolve(".local/share/marey/sessions");
    Files.createDirectories(sessions);
    try (Session session = SmallSession.withTwoNodes(sessions.resolve("mine"))) {
      assertThat(session.timeline().nodes()).hasSize(2);
    }
    return RealWindow.open(home);
  }

  @Test
  void aSessionIsDeletedOnlyWhenThatIsConfirmed() {
    Path mine = home.resolve(".local/share/marey/sessions/mine");
    window.awaitSeen("#delete-mine");
    window.clickOn("#delete-mine");
    window.awaitSeen("Delete session mine with its 2 nodes? It cannot be brought back.");
    window.clickOn("No");
    window.awaitGone("No");
    assertThat(mine.resolve("session")).exists();
    assertThat(window.seen("#delete-mine")).isTrue();

    window.clickOn("#delete-mine");
    window.awaitSeen("Yes");
    window.stroke(KeyCode.ENTER);
    window.awaitGone("Yes");
    assertThat(mine).as("Enter means No").isDirectory();

    window.clickOn("#delete-mine");
    window.awaitSeen("Yes");
    window.clickOn("Yes");
    window.awaitGone("#delete-mine");
    assertThat(mine).doesNotExist();
  }
}

package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.Session;
import dev.marey.snapshot.testing.SmallSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A session is deleted from the start page only when that is confirmed.
 *
 * <p>Sabotage that fails it: deleting without asking, or whatever the answer is (the folder is gone
 * after No); a Yes that does nothing.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class DeleteSessionFxTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path home;

  @SuppressWarnings("NullAway.Init")
  private RealWindow window;

  @BeforeEach
  void open() throws Exception {
    Path sessions = home.resolve(".local/share/marey/sessions");
    Files.createDirectories(sessions);
    try (Session session = SmallSession.withTwoNodes(sessions.resolve("mine"))) {
      assertThat(session.timeline().nodes()).hasSize(2);
    }
    window = RealWindow.open(home);
  }

  @AfterEach
  void close() {
    window.close();
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

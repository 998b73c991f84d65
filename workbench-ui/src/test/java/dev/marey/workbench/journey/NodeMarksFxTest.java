package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.Tags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a person writes on a node, by menu and by key, is in its details and in the session.
 *
 * <p>Sabotage that fails each: a key or a row of the menu that does nothing; details that leave the
 * mark out, or do not follow it; a mark that is not written to disk.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class NodeMarksFxTest extends WindowJourney {

  @Override
  RealWindow begin() {
    RealWindow opened = withBareMetal();
    opened.shortcut(KeyCode.S);
    opened.awaitTrue("S1", () -> opened.seen("#node-S1") && !opened.has("#node-S1", "saving"));
    opened.clickOn("#node-S1");
    opened.awaitTrue("S1's details", () -> opened.text(".details-title").equals("S1"));
    return opened;
  }

  @Test
  void tagsAreThereAgainWhenTheSessionIsOpenedAgain() throws Exception {
    window.stroke(KeyCode.T);
    window.awaitSeen("#dialog-text");
    window.typeLine("net,after login, net");
    awaitFact("tags", "after login, net");
    assertThat(onNode()).contains(", tags after login, net");
    window.close();

    window = RealWindow.open(home, "open", session().toString());
    window.awaitSeen("#node-S1");
    window.clickOn("#node-S1");
    awaitFact("tags", "after login, net");

    fromMenu("Tags…");
    window.stroke(KeyCode.CONTROL, KeyCode.A);
    window.typeLine("slow");
    awaitFact("tags", "slow");
    window.close();
    assertThat(stored().tags()).isEqualTo(Tags.of("slow"));
  }

  @Test
  void aNameIsOnTheTimelineAndInTheDetails() throws Exception {
    window.stroke(KeyCode.F2);
    window.awaitSeen("#dialog-text");
    window.typeLine("at boot");
    window.awaitTrue("the name", () -> window.text(".details-title").equals("S1  at boot"));
    assertThat(onNode()).startsWith("node S1, at boot, ");
    window.close();
    assertThat(stored().label()).isEqualTo("at boot");
  }

  @Test
  void aNoteIsInTheDetails() throws Exception {
    fromMenu("Note…");
    window.typeLine("the first one");
    awaitFact("note", "the first one");
    window.close();
    assertThat(stored().note()).isEqualTo("the first one");
  }

  @Test
  void aPinIsOnTheTimelineAndInTheDetails() throws Exception {
    window.stroke(KeyCode.P);
    awaitFact("by", "by hand, pinned");
    assertThat(onNode()).contains(", pinned");
    window.close();
    assertThat(stored().pinned()).isTrue();
  }

  private void fromMenu(String row) {
    window.rightClickOn("#node-S1");
    window.awaitSeen(row);
    window.clickOn(row);
    window.awaitSeen("#dialog-text");
  }

  private void awaitFact(String name, String words) {
    window.awaitTrue(name, () -> window.text("#session #fact-" + name).equals(words));
  }

  /** What a screen reader says of S1. */
  private String onNode() {
    return RealWindow.onFx(() -> window.lookup("#node-S1").query().getAccessibleText());
  }

  private Path session() throws IOException {
    try (Stream<Path> sessions = Files.list(home.resolve(".local/share/marey/sessions"))) {
      return sessions.findFirst().orElseThrow();
    }
  }

  private Node stored() throws IOException, SnapshotException {
    try (Session session = Session.open(session())) {
      return session.resolve("S1");
    }
  }
}

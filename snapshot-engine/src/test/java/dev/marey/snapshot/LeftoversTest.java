package dev.marey.snapshot;

import static dev.marey.snapshot.testing.SmallSession.S1;
import static dev.marey.snapshot.testing.SmallSession.S2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.testing.SmallSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a crash leaves in a session's folder goes, and takes no room for ever. */
@Timeout(60)
final class LeftoversTest {

  @TempDir Path temporary;
  private Path folder = Path.of("");

  @BeforeEach
  void makeSession() throws Exception {
    folder = temporary.resolve("session");
    SmallSession.withTwoNodes(folder).close();
  }

  private Path put(String name) throws IOException {
    return Files.write(folder.resolve(name), new byte[100_000]);
  }

  /** Sabotage that fails it: looking in one folder only. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "session.new",
        "guest.new",
        "files.new",
        "bundle.new",
        "budget.new",
        "present.new",
        "nodes/S3.node.new",
        "nodes/S3.disk0.map.new",
        "states/S3.state.new",
        "shapes/0123abcd.shape.new",
        "console/7.branch.new"
      })
  void aFileThatWasBeingWrittenGoesAtTheNextOpening(String name) throws Exception {
    Path left = put(name);
    Session.openReadOnly(folder).close();
    assertThat(left).exists();
    try (Session session = Session.open(folder)) {
      assertThat(left).doesNotExist();
      assertThat(session.sizeBytes()).isLessThan(100_000);
      assertThat(session.problems()).isEmpty();
      assertThat(session.verify()).isEmpty();
    }
  }

  @Test
  void whatAPersonCalledNewStays() throws Exception {
    Files.createDirectory(folder.resolve("guest-files"));
    Path image = put("guest-files/disk.new");
    Path notes = put("notes.new");
    Session.open(folder).close();
    assertThat(image).exists();
    assertThat(notes).exists();
  }

  /** A crash after the state, before the node; or a half-removed node. */
  @Test
  void theDeviceStateOfANodeThatIsNowhereGoesAtTheNextClosing() throws Exception {
    Path left = put("states/S9.state");
    Session.openReadOnly(folder).close();
    assertThat(left).exists();
    try (Session session = Session.open(folder)) {
      assertThat(session.sizeBytes()).isGreaterThan(100_000);
    }
    assertThat(left).doesNotExist();
    try (Session session = Session.open(folder)) {
      assertThat(session.sizeBytes()).isLessThan(100_000);
      assertThat(session.verify()).isEmpty();
    }
  }

  @Test
  void theDeviceStateOfALostNodeGoesToo() throws Exception {
    Path left;
    try (Session session = Session.open(folder)) {
      NodeDraft draft = SmallSession.begin(session, Optional.of(S2), "lost");
      left = put("states/" + draft.id() + ".state");
    }
    Session.open(folder).close();
    assertThat(left).doesNotExist();
  }

  /** Sabotage that fails it: keeping only the states of nodes in the timeline. */
  @Test
  void theDeviceStateOfANodeThatCannotBeReadNowStays() throws Exception {
    Path file = folder.resolve("nodes/S1.node");
    byte[] sound = Files.readAllBytes(file);
    byte[] damaged = sound.clone();
    damaged[damaged.length - 1] ^= 1;
    Files.write(file, damaged);
    Session.open(folder).close();
    Files.write(file, sound);
    try (Session session = Session.open(folder)) {
      assertThat(session.verify()).isEmpty();
      assertThat(session.content(S1).deviceState()).isEqualTo(SmallSession.deviceState(S1));
    }
  }

  @Test
  void aDeletedNodeThatWasBroughtBackKeepsItsDeviceState() throws Exception {
    try (Session session = Session.open(folder)) {
      session.delete(S1);
      Node unused = session.undoDelete(S1);
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.verify()).isEmpty();
      assertThat(session.timeline().find(S1)).isPresent();
    }
  }
}

package dev.marey.snapshot;

import static dev.marey.snapshot.testing.SmallSession.S1;
import static dev.marey.snapshot.testing.SmallSession.S2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.PageNumber;
import dev.marey.machine.RunState;
import dev.marey.snapshot.testing.RandomPages;
import dev.marey.snapshot.testing.SmallSession;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that are only read, and sessions that lie elsewhere than where they were made. */
@Timeout(60)
final class ReadOnlySessionTest {

  @TempDir Path temporary;

  private static ByteBuffer page(Session session, NodeId id, int page) throws SnapshotException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(4096);
    session.content(id).readPage(new PageNumber(page), bytes);
    return bytes;
  }

  private static void copy(Path from, Path to) throws Exception {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  /** Content of every file, in hexadecimal, and when it was changed. */
  private static Map<String, String> files(Path folder) throws Exception {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        String content =
            Files.isDirectory(file)
                ? ""
                : "" + ByteBuffer.wrap(Files.readAllBytes(file)).hashCode();
        all.put(file.toString(), Files.getLastModifiedTime(file) + " " + content);
      }
    }
    return all;
  }

  /** As a crash leaves it: a node is begun, the page store is longer than its data. */
  private Path left() throws Exception {
    Path left = temporary.resolve("left");
    try (Session session = SmallSession.withTwoNodes(temporary.resolve("made"))) {
      NodeDraft unused =
          session.begin(
              Optional.of(S2),
              "",
              Node.Origin.PERSON,
              Instant.EPOCH,
              Duration.ZERO,
              RunState.RUNNING,
              new Node.ConsoleOffset(0, 0));
      copy(session.path(), left);
    }
    Files.delete(left.resolve("owner"));
    return left;
  }

  /**
   * Sabotage that fails it: any of a present saved at opening, a trace of a lost node removed, a
   * segment of the page store cut, an owner named.
   */
  @Test
  void notOneFileIsChanged() throws Exception {
    Path left = left();
    Map<String, String> before = files(left);
    try (Session session = Session.openReadOnly(left)) {
      assertThat(session.timeline().nodes()).extracting(Node::id).containsExactly(S1, S2);
      assertThat(session.problems())
          .containsExactly(
              "Node S3 was still being saved when Marey ended, and is lost. All complete nodes are"
                  + " there.");
      assertThat(page(session, S2, 3)).isEqualTo(RandomPages.page(1003));
      assertThat(session.verify()).isEmpty();
    }
    assertThat(files(left)).isEqualTo(before);
  }

  @Test
  void whatWouldChangeItIsRefused() throws Exception {
    Path left = left();
    try (Session session = Session.openReadOnly(left)) {
      assertThatThrownBy(() -> session.rename(S1, "new"))
          .isInstanceOf(SnapshotException.class)
          .hasMessage(
              "Could not change the session "
                  + left
                  + ": it is open for reading only. Copy it to a writable place and open the"
                  + " copy.");
      assertThatThrownBy(() -> session.delete(S1)).hasMessageContaining("reading only");
      assertThat(session.timeline().find(S1).orElseThrow().label()).isEmpty();
    }
  }

  @Test
  void severalReadItButNobodyWhileItIsWritten() throws Exception {
    Path left = left();
    try (Session one = Session.openReadOnly(left);
        Session two = Session.openReadOnly(left)) {
      assertThat(page(one, S1, 3)).isEqualTo(page(two, S1, 3));
    }
    try (Session writer = Session.open(left)) {
      assertThat(writer.timeline().nodes()).hasSize(2);
      assertThatThrownBy(() -> Session.openReadOnly(left))
          .isInstanceOf(SnapshotException.class)
          .hasMessageContaining("it is in use by this program. Close it there, then try again.");
    }
  }

  @Test
  void aSessionThatWasMovedAndOneThatWasCopiedGoOn() throws Exception {
    Path made = temporary.resolve("made");
    SmallSession.withTwoNodes(made).close();
    Path copied = temporary.resolve("a copy, with a comma");
    copy(made, copied);
    Path moved = Files.createDirectories(temporary.resolve("else/where")).resolve("renamed");
    Files.move(made, moved);
    for (Path path : new Path[] {copied, moved}) {
      try (Session session = Session.open(path)) {
        assertThat(session.verify()).isEmpty();
        assertThat(page(session, S2, 3)).isEqualTo(RandomPages.page(1003));
        assertThat(session.rename(S1, "kept").label()).isEqualTo("kept");
      }
    }
  }
}

package dev.marey.snapshot.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.Tags;
import dev.marey.snapshot.testing.SmallSession;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OlderNodesTest {

  @TempDir Path temporary;

  /** Sabotage that fails it: reading of tags that must be there. */
  @Test
  void nodesWrittenBeforeThereWereTagsAreReadAndCanGetSome() throws Exception {
    Path folder = temporary.resolve("session");
    try (Session session = SmallSession.withTwoNodes(folder)) {
      session.rename(SmallSession.S1, "boot");
      session.pin(SmallSession.S1, true);
    }
    for (String name : new String[] {"S1.node", "S2.node", "S1.marks"}) {
      Path file = folder.resolve("nodes").resolve(name);
      String kind = name.substring(3);
      ObjectNode json = (ObjectNode) SessionFolder.json(file, kind);
      assertThat(json.remove("tags")).as(name).isNotNull();
      SealedFile.write(file, kind, SessionFolder.bytes(json));
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.problems()).isEmpty();
      assertThat(session.timeline().nodes()).extracting(Node::tags).containsOnly(Tags.NONE);
      Node first = session.resolve("boot");
      assertThat(first.pinned()).isTrue();
      session.tag(first.id(), Tags.of("old"));
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.resolve("boot").tags()).isEqualTo(Tags.of("old"));
      assertThat(session.resolve("boot").pinned()).isTrue();
    }
  }

  /** Sabotage that fails it: reading the figure as 0 when it is not there. */
  @Test
  void nodesWrittenBeforePagesChangedWereCountedHaveNoSuchFigure() throws Exception {
    Path folder = temporary.resolve("session");
    SmallSession.withTwoNodes(folder).close();
    Path file = folder.resolve("nodes/S2.node");
    ObjectNode json = (ObjectNode) SessionFolder.json(file, "node");
    assertThat(((ObjectNode) json.path("figures")).remove("pagesChanged").asInt()).isEqualTo(2);
    SealedFile.write(file, "node", SessionFolder.bytes(json));
    try (Session session = Session.open(folder)) {
      assertThat(session.problems()).isEmpty();
      assertThat(session.timeline().nodes())
          .extracting(node -> node.figures().pagesChanged())
          .containsExactly(OptionalInt.of(16), OptionalInt.empty());
      assertThat(session.timeline().nodes().get(1).figures().pagesDirty()).isEqualTo(2);
    }
  }
}

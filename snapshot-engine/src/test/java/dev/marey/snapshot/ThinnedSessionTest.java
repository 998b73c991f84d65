package dev.marey.snapshot;

import static dev.marey.snapshot.testing.SmallSession.S1;
import static dev.marey.snapshot.testing.SmallSession.S2;
import static dev.marey.snapshot.testing.SmallSession.S3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.testing.SmallSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that are removed leave a tree, in memory and on disk. */
@Timeout(60)
final class ThinnedSessionTest {

  private static final NodeId S4 = new NodeId(4);
  private static final NodeId S5 = new NodeId(5);

  @TempDir Path temporary;

  /** S1 to S5 in a line, an hour of guest time between two; each writes pages of its own. */
  private Session lineOfFive() throws SnapshotException {
    Session session = Session.create(temporary.resolve("session"), SmallSession.guest(64));
    Optional<NodeId> parent = Optional.empty();
    for (int i = 0; i < 5; i++) {
      parent =
          Optional.of(
              SmallSession.addAutomatic(session, parent, Duration.ofHours(i), 100 * i, i, i + 1, 40)
                  .id());
    }
    return session;
  }

  private static List<Optional<NodeId>> parents(Session session) {
    return session.timeline().nodes().stream().map(Node::parent).toList();
  }

  private static List<NodeId> ids(Session session) {
    return session.timeline().nodes().stream().map(Node::id).toList();
  }

  private static final ThinningRule ONE_IN_FIVE_HOURS =
      new ThinningRule(List.of(), Duration.ofHours(5));

  /** Sabotage that fails it: thinning what a node still being saved inherits its pages from. */
  @Test
  void theParentOfANodeThatIsBeingSavedStays() throws Exception {
    try (Session session = lineOfFive()) {
      NodeDraft saving = SmallSession.begin(session, Optional.of(S3), "");
      session.setLivePosition(S5);
      assertThat(session.thinningPlan(ONE_IN_FIVE_HOURS, Set.of())).containsExactly(S2);
      Node unused = SmallSession.completeEmpty(session, saving);
    }
  }

  @Test
  void whatRanOnFromAThinnedNodeHangsOnItsParentAndComparesWithThat() throws Exception {
    try (Session session = lineOfFive()) {
      assertThat(session.timeline().nodes())
          .extracting(node -> node.figures().pagesChanged())
          .containsOnly(OptionalInt.of(3));
      assertThat(session.thinningPlan(ONE_IN_FIVE_HOURS, Set.of(S3))).containsExactly(S2);
      assertThat(session.thin(ONE_IN_FIVE_HOURS, Set.of(S3))).containsExactly(S2);
      check(session);
    }
    try (Session session = Session.open(temporary.resolve("session"))) {
      check(session);
      assertThat(session.problems()).isEmpty();
    }
  }

  private static void check(Session session) throws SnapshotException {
    assertThat(ids(session)).containsExactly(S1, S3, S4, S5);
    assertThat(parents(session))
        .containsExactly(Optional.empty(), Optional.of(S1), Optional.of(S3), Optional.of(S4));
    int differ = session.content(S1).pageMap().differenceCount(session.content(S3).pageMap());
    assertThat(differ).isEqualTo(4);
    assertThat(session.timeline().find(S3).orElseThrow().figures().pagesChanged()).hasValue(differ);
    assertThat(session.verify()).isEmpty();
  }

  @Test
  void thePresentAndWhatItRunsOnFromStay() throws Exception {
    try (Session session = lineOfFive()) {
      session.setLivePosition(S3);
      assertThat(session.thin(ONE_IN_FIVE_HOURS, Set.of())).containsExactly(S4);
      assertThat(session.livePosition()).contains(S3);
      assertThat(session.timeline().ancestry(S5))
          .extracting(Node::id)
          .containsExactly(S5, S3, S2, S1);
    }
  }

  @Test
  void aDeletedNodeThatComesBackGetsItsChildrenBack() throws Exception {
    try (Session session = lineOfFive()) {
      session.delete(S2);
      assertThat(session.timeline().find(S3).orElseThrow().parent()).contains(S1);
      session.delete(S3);
      assertThat(session.timeline().find(S4).orElseThrow().parent()).contains(S1);
      Node second = session.undoDelete(S2);
      assertThat(second.parent()).contains(S1);
      assertThat(session.timeline().find(S4).orElseThrow().parent()).contains(S2);
      Node third = session.undoDelete(S3);
      assertThat(third.parent()).contains(S2);
      assertThat(session.timeline().find(S4).orElseThrow().parent()).contains(S3);
    }
  }

  @Test
  void aDeletedNodeComesBackToATreeThatWasThinnedMeanwhile() throws Exception {
    try (Session session = lineOfFive()) {
      session.delete(S3);
      assertThat(session.thin(ONE_IN_FIVE_HOURS, Set.of(S4))).containsExactly(S2);
      assertThat(session.undoDelete(S3).parent()).contains(S1);
      assertThat(parents(session))
          .containsExactly(Optional.empty(), Optional.of(S1), Optional.of(S3), Optional.of(S4));
      assertThat(session.verify()).isEmpty();
    }
    try (Session session = Session.open(temporary.resolve("session"))) {
      assertThat(ids(session)).containsExactly(S1, S3, S4, S5);
      assertThat(parents(session))
          .containsExactly(Optional.empty(), Optional.of(S1), Optional.of(S3), Optional.of(S4));
    }
  }

  @Test
  void deletedNodesAreGoneWithTheSessionAndTheirChildrenHangOnWhatIsLeft() throws Exception {
    try (Session session = lineOfFive()) {
      session.delete(S2);
      session.delete(S4);
    }
    try (Session session = Session.open(temporary.resolve("session"))) {
      assertThat(ids(session)).containsExactly(S1, S3, S5);
      assertThat(parents(session))
          .containsExactly(Optional.empty(), Optional.of(S1), Optional.of(S3));
      assertThat(session.verify()).isEmpty();
    }
  }

  @Test
  void aNodeWhoseParentIsDeletedWhileItIsSavedHangsOnWhatIsLeft() throws Exception {
    NodeId sixth = new NodeId(6);
    try (Session session = lineOfFive()) {
      NodeDraft draft = SmallSession.begin(session, Optional.of(S3), "begun on S3");
      session.delete(S3);
      assertThat(session.timeline().find(sixth).orElseThrow().parent()).contains(S2);
      Node complete = SmallSession.completeEmpty(session, draft);
      assertThat(session.timeline().find(sixth)).contains(complete);
      assertThat(complete.parent()).contains(S2);
      assertThat(session.verify()).isEmpty();
    }
    try (Session session = Session.open(temporary.resolve("session"))) {
      assertThat(session.timeline().find(sixth).orElseThrow().parent()).contains(S2);
      assertThat(session.verify()).isEmpty();
    }
  }
}

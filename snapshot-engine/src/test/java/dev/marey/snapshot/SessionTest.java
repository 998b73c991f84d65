package dev.marey.snapshot;

import static dev.marey.snapshot.testing.SmallSession.S1;
import static dev.marey.snapshot.testing.SmallSession.S2;
import static dev.marey.snapshot.testing.SmallSession.S3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RamLayout;
import dev.marey.snapshot.session.TranscriptWriter;
import dev.marey.snapshot.testing.RandomPages;
import dev.marey.snapshot.testing.SmallSession;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SessionTest {

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void name() {
    folder = temporary.resolve("session");
  }

  private static ByteBuffer page(Session session, NodeId id, int page) throws SnapshotException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(4096);
    session.content(id).readPage(new PageNumber(page), bytes);
    return bytes;
  }

  @Test
  void nodesAreTheSameAfterOpeningAgain() throws Exception {
    List<Node> before;
    try (Session session = SmallSession.withTwoNodes(folder)) {
      session.rename(S2, "  after boot ");
      session.note(S2, "two\nlines");
      session.pin(S1, true);
      session.tag(S2, Tags.of("slow", "after login", "Net"));
      before = session.timeline().nodes();
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.timeline().nodes()).isEqualTo(before);
      assertThat(session.problems()).isEmpty();
      assertThat(session.livePosition()).contains(S2);
      assertThat(session.guest()).isEqualTo(SmallSession.guest(64));
      Node second = session.timeline().find(S2).orElseThrow();
      assertThat(second.label()).isEqualTo("after boot");
      assertThat(second.tags().words()).containsExactly("after login", "Net", "slow");
      assertThat(page(session, S1, 3)).isEqualTo(RandomPages.page(3));
      assertThat(page(session, S2, 3)).isEqualTo(RandomPages.page(1003));
      assertThat(page(session, S2, 4)).isEqualTo(RandomPages.page(4));
      assertThat(page(session, S2, 50)).isEqualTo(ByteBuffer.allocate(4096));
      assertThat(session.content(S2).deviceState()).isEqualTo(SmallSession.deviceState(S2));
      assertThat(session.verify()).isEmpty();
    }
  }

  @Test
  void theLayoutOfRamIsKept() throws Exception {
    RamLayout layout =
        new RamLayout(
            List.of(
                new RamLayout.Range(new GuestAddress(0), 0, 32 * 4096),
                new RamLayout.Range(new GuestAddress(0x1_0000_0000L), 32 * 4096, 32 * 4096)));
    try (Session session = SmallSession.withTwoNodes(folder)) {
      assertThat(session.ramLayout()).isEqualTo(RamLayout.flat(64 * 4096));
      session.saveRamLayout(layout);
      assertThat(session.content(S1).ramLayout()).isEqualTo(layout);
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.ramLayout()).isEqualTo(layout);
    }
  }

  @Test
  void aNodeIsInTheTimelineWhileItIsSavedAndListenersAreTold() throws Exception {
    List<String> told = new ArrayList<>();
    try (Session session = SmallSession.withTwoNodes(folder)) {
      session.addListener(
          new SessionListener() {
            @Override
            public void nodeAdded(Node node) {
              told.add("added " + node.id() + " " + node.state());
            }

            @Override
            public void nodeChanged(Node node) {
              told.add("changed " + node.id() + " " + node.state() + " " + node.label());
            }

            @Override
            public void nodeRemoved(Node node) {
              told.add("removed " + node.id());
            }
          });
      NodeDraft draft = SmallSession.begin(session, Optional.of(S2), "");
      assertThat(session.timeline().find(S3).orElseThrow().state()).isEqualTo(NodeState.SAVING);
      assertThatThrownBy(() -> session.content(S3))
          .hasMessage(
              "Could not read node S3: it is still being saved. Wait until it is complete.");
      assertThatThrownBy(() -> session.delete(S3))
          .hasMessage("Could not delete S3: it is still being saved. Wait until it is complete.");
      session.rename(S3, "third");
      SmallSession.completeEmpty(session, draft);
      session.delete(S3);
      session.undoDelete(S3);
    }
    assertThat(told)
        .containsExactly(
            "added S3 SAVING",
            "changed S3 SAVING third",
            "changed S3 COMPLETE third",
            "removed S3",
            "added S3 COMPLETE");
    try (Session session = Session.open(folder)) {
      assertThat(session.resolve("third").id()).isEqualTo(S3);
    }
  }

  /** Sabotage that fails it: completing or failing with the node as it was begun. */
  @Test
  void tagsOfANodeThatIsBeingSavedAreKeptHoweverItEnds() throws Exception {
    NodeId s4 = new NodeId(4);
    try (Session session = SmallSession.withTwoNodes(folder)) {
      NodeDraft complete = SmallSession.begin(session, Optional.of(S2), "");
      session.tag(S3, Tags.of("early"));
      SmallSession.completeEmpty(session, complete);
      NodeDraft failed = SmallSession.begin(session, Optional.of(S2), "");
      session.tag(s4, Tags.of("early"));
      failed.fail("the guest crashed");
      assertThat(session.tag(s4, Tags.of("early", "late")).state()).isEqualTo(NodeState.FAILED);
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.resolve("S3").tags()).isEqualTo(Tags.of("early"));
      assertThat(session.resolve("S4").tags()).isEqualTo(Tags.of("early", "late"));
    }
  }

  @Test
  void aFailedNodeStaysAsAMarkUntilItIsDismissed() throws Exception {
    try (Session session = SmallSession.withTwoNodes(folder)) {
      SmallSession.begin(session, Optional.of(S2), "").fail("the guest crashed");
    }
    try (Session session = Session.open(folder)) {
      Node failed = session.timeline().find(S3).orElseThrow();
      assertThat(failed.state()).isEqualTo(NodeState.FAILED);
      assertThat(failed.reason()).isEqualTo("the guest crashed");
      assertThat(session.problems()).isEmpty();
      assertThatThrownBy(() -> session.content(S3))
          .hasMessage(
              "Could not read node S3: it was not saved (the guest crashed). Choose another"
                  + " node.");
      session.delete(S3);
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.timeline().nodes()).hasSize(2);
      assertThat(SmallSession.begin(session, Optional.of(S2), "").id()).isEqualTo(new NodeId(4));
    }
  }

  @Test
  void theFirstChildStaysInTheLaneAndOthersBeginNewOnes() throws Exception {
    try (Session session = SmallSession.withTwoNodes(folder)) {
      Node s3 = SmallSession.addNode(session, Optional.of(S1), "", 1, 1);
      Node s4 = SmallSession.addNode(session, Optional.of(S2), "", 2, 1);
      Node s5 = SmallSession.addNode(session, Optional.of(S1), "", 3, 1);
      Node s6 = SmallSession.addNode(session, Optional.of(s3.id()), "", 4, 1);
      assertThat(List.of(s3.lane(), s4.lane(), s5.lane(), s6.lane())).containsExactly(1, 0, 2, 1);
      session.setLivePosition(S1);
      session.delete(s5.id());
    }
    try (Session session = Session.open(folder)) {
      assertThat(SmallSession.addNode(session, Optional.of(S1), "", 5, 1).lane()).isEqualTo(3);
      assertThat(session.timeline().find(new NodeId(7))).isPresent();
    }
  }

  @Test
  void aDeletedNodeComesBackUntilTheSessionIsClosed() throws Exception {
    try (Session session = SmallSession.withTwoNodes(folder)) {
      SmallSession.addNode(session, Optional.of(S2), "", 2000, 5);
      session.delete(S2);
      assertThat(session.timeline().find(S2)).isEmpty();
      assertThat(session.deletedNodes()).extracting(Node::id).containsExactly(S2);
      session.undoDelete(S2);
      assertThat(page(session, S2, 40)).isEqualTo(RandomPages.page(1040));
      session.delete(S2);
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.timeline().find(S2)).isEmpty();
      assertThatThrownBy(() -> session.undoDelete(S2))
          .hasMessage(
              "Could not bring back S2: it is not among the nodes deleted since the session was"
                  + " opened.");
    }
  }

  @Test
  void aNodeIsRightAfterTheOneItIsBasedOnWasDeleted() throws Exception {
    try (Session session = SmallSession.withTwoNodes(folder)) {
      SmallSession.addNode(session, Optional.of(S2), "", 2000, 5);
      session.delete(S2);
      session.delete(S1);
    }
    for (int round = 0; round < 2; round++) {
      try (Session session = Session.open(folder)) {
        assertThat(page(session, S3, 5)).isEqualTo(RandomPages.page(2005));
        assertThat(page(session, S3, 40)).isEqualTo(RandomPages.page(1040));
        assertThat(page(session, S3, 7)).isEqualTo(RandomPages.page(7));
        assertThat(session.verify()).isEmpty();
        assertThat(session.problems()).isEmpty();
      }
    }
  }

  @Test
  void theNodeThatThePresentRunsOnFromCannotBeDeleted() throws Exception {
    try (Session session = SmallSession.withTwoNodes(folder)) {
      assertThatThrownBy(() -> session.delete(S2))
          .hasMessage(
              "Could not delete S2: the present runs on from it. Take a snapshot or go to another"
                  + " node first.");
    }
  }

  @Test
  void thePresentFallsBackToTheLastCompleteNode() throws Exception {
    try (Session session = SmallSession.withTwoNodes(folder)) {
      session.setLivePosition(S1);
      SmallSession.begin(session, Optional.of(S1), "going on");
      session.setLivePosition(S3);
      assertThat(session.livePosition()).contains(S3);
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.livePosition()).contains(S1);
      assertThat(session.problems())
          .containsExactly(
              "Node S3 (going on) was still being saved when Marey ended, and is lost. All"
                  + " complete nodes are there.");
      assertThat(SmallSession.begin(session, Optional.of(S1), "").id()).isEqualTo(new NodeId(4));
    }
  }

  @Test
  void nodesAreFoundByIdOrUniqueLabel() throws Exception {
    try (Session session = SmallSession.withTwoNodes(folder)) {
      assertThatThrownBy(() -> session.resolve("boot"))
          .hasMessage(
              "There is no node \"boot\" in this session. It has 2 nodes, S1 to S2. 'marey log'"
                  + " lists them.");
      session.rename(S1, "boot");
      assertThat(session.resolve("boot").id()).isEqualTo(S1);
      assertThat(session.resolve(" s2 ").id()).isEqualTo(S2);
      session.rename(S2, "boot");
      assertThatThrownBy(() -> session.resolve("boot"))
          .hasMessage("2 nodes are called \"boot\": S1, S2. Use the id of the one you mean.");
      assertThatThrownBy(() -> session.resolve("S7"))
          .hasMessageStartingWith("There is no node \"S7\" in this session.");
      assertThatThrownBy(() -> session.content(new NodeId(7)))
          .hasMessageStartingWith("There is no node \"S7\" in this session.");
    }
    try (Session empty = Session.create(temporary.resolve("empty"), SmallSession.guest(4))) {
      assertThatThrownBy(() -> empty.resolve("S1"))
          .hasMessage(
              "There is no node \"S1\" in this session. It has no nodes yet; take a snapshot"
                  + " first.");
    }
  }

  @Test
  void transcriptsGoAcrossBranches() throws Exception {
    try (Session session = SmallSession.withTwoNodes(folder)) {
      TranscriptWriter first = session.beginTranscript(Optional.empty());
      append(first, "boot\n");
      Node.ConsoleOffset atBoot = first.offset();
      append(first, "login\n");
      Node.ConsoleOffset atLogin = first.offset();
      TranscriptWriter second = session.beginTranscript(Optional.of(atBoot));
      append(second, "rescue\n");
      TranscriptWriter third = session.beginTranscript(Optional.of(second.offset()));
      append(third, "shell\n");
      assertThat(text(session, atLogin)).isEqualTo("boot\nlogin\n");
      assertThat(text(session, atBoot)).isEqualTo("boot\n");
      assertThat(text(session, third.offset())).isEqualTo("boot\nrescue\nshell\n");
      assertThat(session.transcriptBytes(atLogin)).isEqualTo("boot\nlogin\n".length());
      assertThat(session.transcriptBytes(second.offset())).isEqualTo("boot\nrescue\n".length());
      assertThat(session.transcriptBytes(third.offset()))
          .isEqualTo("boot\nrescue\nshell\n".length());
      first.close();
      append(first, "too late");
      assertThat(first.offset()).isEqualTo(atLogin);
    }
    try (Session session = Session.open(folder)) {
      assertThat(text(session, new Node.ConsoleOffset(3, 2))).isEqualTo("boot\nrescue\nsh");
      assertThat(session.transcriptBytes(new Node.ConsoleOffset(3, 2)))
          .isEqualTo("boot\nrescue\nsh".length());
      assertThat(session.transcriptBytes(new Node.ConsoleOffset(3, 2000)))
          .isEqualTo("boot\nrescue\nshell\n".length());
      assertThat(text(session, new Node.ConsoleOffset(0, 0))).isEmpty();
      assertThat(session.beginTranscript(Optional.empty()).offset())
          .isEqualTo(new Node.ConsoleOffset(4, 0));
    }
  }

  private static void append(TranscriptWriter writer, String text) throws SnapshotException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writer.append(bytes, 0, bytes.length);
  }

  private static String text(Session session, Node.ConsoleOffset upTo) throws SnapshotException {
    return new String(session.transcript(upTo), StandardCharsets.UTF_8);
  }

  @Test
  void aClosedSessionRefusesChanges() throws Exception {
    Session session = SmallSession.withTwoNodes(folder);
    session.close();
    session.close();
    assertThatThrownBy(() -> SmallSession.begin(session, Optional.of(S2), ""))
        .hasMessage("Could not change the session " + folder + ": it is closed. Open it again.");
  }
}

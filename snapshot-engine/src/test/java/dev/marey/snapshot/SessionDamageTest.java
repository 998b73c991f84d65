package dev.marey.snapshot;

import static dev.marey.snapshot.testing.SmallSession.S1;
import static dev.marey.snapshot.testing.SmallSession.S2;
import static dev.marey.snapshot.testing.SmallSession.S3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.PageNumber;
import dev.marey.machine.state.StateDescription;
import dev.marey.snapshot.session.TranscriptWriter;
import dev.marey.snapshot.testing.RandomPages;
import dev.marey.snapshot.testing.SmallSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class SessionDamageTest {

  @TempDir Path temporary;
  private Path folder;

  /** S1, S2 and S3, which has a description; S4 failed; S2 is named; a transcript of one branch. */
  @BeforeEach
  void makeSession() throws Exception {
    folder = temporary.resolve("session");
    try (Session session = SmallSession.withTwoNodes(folder)) {
      session.rename(S2, "second");
      NodeDraft draft = SmallSession.begin(session, Optional.of(S2), "third");
      draft.complete(
          session.content(S2).maps(),
          SmallSession.deviceState(S3),
          Optional.of(StateDescription.parse("{\"devices\":[]}")),
          CaptureFigures.NONE);
      SmallSession.begin(session, Optional.of(S2), "").fail("the disk was full");
      TranscriptWriter transcript = session.beginTranscript(Optional.empty());
      transcript.append(new byte[] {'h', 'i'}, 0, 2);
    }
  }

  private void flip(String name) throws IOException {
    Path file = folder.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 0x10;
    Files.write(file, bytes);
  }

  private void assertOnlyProblem(String text) throws SnapshotException {
    try (Session session = Session.open(folder)) {
      assertThat(session.problems()).containsExactly(text);
    }
  }

  private static List<NodeId> ids(Session session) {
    return session.timeline().nodes().stream().map(Node::id).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"session", "guest"})
  void withoutItsFoundationsASessionDoesNotOpenAndNamesTheFile(String name) throws Exception {
    flip(name);
    assertThatThrownBy(() -> Session.open(folder))
        .isInstanceOf(SnapshotException.class)
        .hasMessage(
            "Could not read the session ("
                + folder.resolve(name)
                + "): the file is damaged, its checksum is wrong. Restore it from a backup; what"
                + " does not need it still works.");
    flip(name);
    Session.open(folder).close();
  }

  /** Sabotage that fails it: what is only for people keeping a session closed. */
  @Test
  void whatTheGuestsFilesWereMayBeLost() throws Exception {
    flip("files");
    try (Session session = Session.open(folder)) {
      assertThat(session.problems())
          .singleElement()
          .asString()
          .startsWith("What the guest's files were is not known any more. ")
          .contains("files");
      assertThat(session.verify()).isEmpty();
    }
    Session.openReadOnly(folder).close();
  }

  /** A killed process leaves its name; a flipped bit in it makes it no text. */
  @Test
  void anOwnerThatIsNoTextKeepsNobodyOut() throws Exception {
    Files.write(folder.resolve("owner"), new byte[] {'1', (byte) 0xc3, (byte) 0x28});
    Session.openReadOnly(folder).close();
    Session.open(folder).close();
  }

  /** Sabotage that fails it: one small file that cannot be read keeping the session closed. */
  @ParameterizedTest
  @ValueSource(strings = {"nodes/S1.node", "nodes/S2.marks", "nodes/S4.failed", "present", "files"})
  void aFileThatCannotBeReadIsNamedAndTheOthersStay(String name) throws Exception {
    // Reading a folder fails as a bad sector does.
    Files.delete(folder.resolve(name));
    Files.createDirectory(folder.resolve(name));
    try (Session session = Session.openReadOnly(folder)) {
      assertThat(session.problems())
          .anyMatch(
              problem ->
                  problem.contains(Path.of(name).getFileName().toString())
                      || problem.contains("present"));
      assertThat(ids(session)).contains(S3);
      assertThat(session.content(S3).maps().ram().pageCount()).isEqualTo(64);
    }
  }

  @Test
  void aDamagedPresentIsNamedAndTheYoungestNodeTakesItsPlace() throws Exception {
    flip("present");
    try (Session session = Session.open(folder)) {
      assertThat(session.problems())
          .singleElement()
          .asString()
          .startsWith("Where the session stood is lost: Could not read the session (")
          .contains("present): the file is damaged, its checksum is wrong.");
      assertThat(session.livePosition()).contains(S3);
    }
  }

  @Test
  void aDamagedNodeIsNamedAndTheOthersStay() throws Exception {
    flip("nodes/S1.node");
    try (Session session = Session.open(folder)) {
      assertThat(session.problems())
          .containsExactly(
              "Node S1 cannot be read: S1.node is damaged: its checksum is wrong. It is left out;"
                  + " restore the file from a backup.");
      assertThat(ids(session)).containsExactly(S2, S3, new NodeId(4));
      assertThat(session.verify())
          .containsExactly(
              new SessionDamage(
                  S1,
                  Optional.empty(),
                  "its description cannot be read: S1.node is damaged: its checksum is wrong"));
    }
    flip("nodes/S1.node");
    try (Session session = Session.open(folder)) {
      assertThat(session.verify()).isEmpty();
      assertThat(session.content(S1).pageMap().refOf(3)).isPositive();
    }
  }

  @Test
  void aNodeCutShortIsNamed() throws Exception {
    Path file = folder.resolve("nodes/S2.node");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 100));
    assertOnlyProblem(
        "Node S2 cannot be read: S2.node is damaged: it is cut short. It is left out; restore the"
            + " file from a backup.");
  }

  @Test
  void lostMarksAreNamedAndTheNodeStays() throws Exception {
    flip("nodes/S2.marks");
    try (Session session = Session.open(folder)) {
      assertThat(session.problems())
          .containsExactly(
              "The name, note, tags and pin of node S2 are lost: S2.marks is damaged: its"
                  + " checksum is wrong. Its memory and devices are not affected; name it again.");
      assertThat(session.verify()).isEmpty();
    }
  }

  @Test
  void aLostMarkOfAFailedNodeIsNamed() throws Exception {
    flip("nodes/S4.failed");
    assertOnlyProblem(
        "The mark of the failed node S4 is lost: S4.failed is damaged: its checksum is wrong.");
  }

  /**
   * Sabotage that fails it: removing a mark that may be sound, because the disk did not give it.
   */
  @Test
  void aMarkOfAFailedNodeThatCannotBeReadNowIsThereAnotherTime() throws Exception {
    Path file = folder.resolve("nodes/S4.failed");
    byte[] sound = Files.readAllBytes(file);
    Files.delete(file);
    Files.createDirectory(file);
    assertOnlyProblem(
        "The mark of the failed node S4 is lost: S4.failed cannot be read: Is a directory.");
    Files.delete(file);
    Files.write(file, sound);
    try (Session session = Session.open(folder)) {
      assertThat(session.problems()).isEmpty();
      assertThat(ids(session)).contains(new NodeId(4));
    }
  }

  @Test
  void aDamagedPageMapDamagesTheNodesThatNeedIt() throws Exception {
    flip("nodes/S2.map");
    try (Session session = Session.open(folder)) {
      assertThat(session.problems()).isEmpty();
      assertThat(session.content(S1).pageMap().refOf(3)).isPositive();
      assertThatThrownBy(() -> session.content(S3))
          .hasMessageContaining("S2.map): the file is damaged, its checksum is wrong.");
      assertThat(session.verify()).extracting(SessionDamage::node).containsExactly(S2, S3);
      assertThat(session.timeline().find(S2).orElseThrow().state()).isEqualTo(NodeState.DAMAGED);
      assertThat(session.timeline().find(S1).orElseThrow().state()).isEqualTo(NodeState.COMPLETE);
    }
  }

  @Test
  void aDamagedDeviceStateIsFoundByReadingAndByChecking() throws Exception {
    flip("states/S1.state");
    try (Session session = Session.open(folder)) {
      assertThatThrownBy(() -> session.content(S1).deviceState())
          .hasMessageContaining("S1.state): the file is damaged, its checksum is wrong.");
      assertThat(session.verify())
          .containsExactly(
              new SessionDamage(
                  S1, Optional.empty(), "S1.state is damaged: its checksum is wrong"));
    }
  }

  @Test
  void aDamagedDescriptionDamagesTheNodesThatUseIt() throws Exception {
    try (Stream<Path> shapes = Files.list(folder.resolve("shapes"))) {
      flip("shapes/" + shapes.findFirst().orElseThrow().getFileName());
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.verify()).extracting(SessionDamage::node).containsExactly(S3);
    }
  }

  @Test
  void aDamagedPageIsNamedInEveryNodeThatHasIt() throws Exception {
    Path file = folder.resolve("pages/0000001.pages");
    byte[] bytes = Files.readAllBytes(file);
    // The first page: behind file header, block header and directory, and its own checksum.
    bytes[512 + 32 + 128 * 18 + 4] ^= 1;
    Files.write(file, bytes);
    PageNumber first = new PageNumber(0);
    try (Session session = Session.open(folder)) {
      assertThat(session.verify())
          .containsExactly(
              new SessionDamage(S1, Optional.of(first), "its checksum is wrong"),
              new SessionDamage(S2, Optional.of(first), "its checksum is wrong"),
              new SessionDamage(S3, Optional.of(first), "its checksum is wrong"));
      ByteBuffer page = ByteBuffer.allocate(4096);
      assertThatThrownBy(() -> session.content(S2).readPage(first, page))
          .hasMessageStartingWith("Stored page 1 is damaged: its checksum is wrong.");
      session.content(S2).readPage(new PageNumber(1), page);
      assertThat(page).isEqualTo(RandomPages.page(1));
      SmallSession.addNode(session, Optional.of(S3), "the same page again", 0, 0);
      assertThat(session.verify()).isEmpty();
      assertThat(session.timeline().nodes())
          .extracting(Node::state)
          .doesNotContain(NodeState.DAMAGED);
    }
  }

  @Test
  void aDamagedBranchIsNamedWhenItsTranscriptIsRead() throws Exception {
    flip("console/1.branch");
    try (Session session = Session.open(folder)) {
      assertThatThrownBy(() -> session.transcript(new Node.ConsoleOffset(1, 2)))
          .hasMessageContaining("1.branch): the file is damaged, its checksum is wrong.");
    }
  }

  @Test
  void allPagesLostLeavesASessionThatNamesThem() throws Exception {
    Files.delete(folder.resolve("pages/0000001.pages"));
    try (Session session = Session.open(folder)) {
      assertThat(session.verify()).hasSize(16 + 17 + 17);
      Node node = SmallSession.addNode(session, Optional.of(S3), "", 7000, 60);
      assertThat(session.content(node.id()).pageMap().refOf(60)).isGreaterThan(18);
    }
  }
}

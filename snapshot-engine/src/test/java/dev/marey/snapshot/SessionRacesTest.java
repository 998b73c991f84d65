package dev.marey.snapshot;

import static dev.marey.snapshot.testing.SmallSession.S2;
import static dev.marey.snapshot.testing.SmallSession.S3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.snapshot.testing.SmallSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ends of nodes, deletions and the end of the session that meet. */
@Timeout(120)
final class SessionRacesTest {

  @TempDir Path temporary;
  private Path folder;
  private final ExecutorService other = Executors.newSingleThreadExecutor();

  @BeforeEach
  void name() {
    folder = temporary.resolve("session");
  }

  @AfterEach
  void end() {
    other.shutdownNow();
  }

  private List<String> files(String of) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(of))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aNodeThatIsCompleteDoesNotFailAfterwards() throws Exception {
    try (Session session = SmallSession.withTwoNodes(folder)) {
      NodeDraft draft = SmallSession.begin(session, Optional.of(S2), "");
      Node complete = SmallSession.completeEmpty(session, draft);
      assertThat(draft.fail("too late")).isEqualTo(complete);
      assertThat(draft.node()).isEqualTo(complete);
      assertThatThrownBy(() -> SmallSession.completeEmpty(session, draft))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(files("nodes")).contains("S3.node").doesNotContain("S3.failed", "S3.saving");
  }

  @Test
  void aNodeThatWasGivenUpDoesNotBecomeComplete() throws Exception {
    try (Session session = SmallSession.withTwoNodes(folder)) {
      NodeDraft draft = SmallSession.begin(session, Optional.of(S2), "");
      Node failed = draft.fail("the guest crashed");
      assertThat(draft.fail("once more")).isEqualTo(failed);
      assertThatThrownBy(() -> SmallSession.completeEmpty(session, draft))
          .isInstanceOf(SnapshotException.class)
          .hasMessage(
              "Could not complete node S3: it was given up before (the guest crashed). Take"
                  + " another snapshot.");
      session.delete(S3);
      assertThatThrownBy(() -> SmallSession.completeEmpty(session, draft))
          .hasMessage("Could not complete node S3: it was given up before. Take another snapshot.");
      assertThat(draft.fail("and again").state()).isEqualTo(NodeState.FAILED);
      assertThat(session.timeline().find(S3)).isEmpty();
    }
    assertThat(files("nodes")).noneMatch(name -> name.startsWith("S3"));
    assertThat(files("states")).containsExactly("S1.state", "S2.state");
  }

  @Test
  void whoeverEndsANodeFirstTheDiskAgreesWithTheTimeline() throws Exception {
    List<Node> last;
    try (Session session = SmallSession.withTwoNodes(folder)) {
      for (int round = 0; round < 40; round++) {
        NodeDraft draft = SmallSession.begin(session, Optional.of(S2), "");
        CyclicBarrier together = new CyclicBarrier(2);
        Future<Node> givenUp =
            other.submit(
                () -> {
                  together.await();
                  Node ended = draft.fail("given up");
                  session.delete(draft.id());
                  return ended;
                });
        together.await();
        NodeState state;
        try {
          state = SmallSession.completeEmpty(session, draft).state();
        } catch (SnapshotException e) {
          assertThat(e).hasMessageContaining("it was given up before");
          state = NodeState.FAILED;
        }
        assertThat(givenUp.get().state()).isEqualTo(state);
        assertThat(session.deletedNodes().stream().anyMatch(n -> n.id().equals(draft.id())))
            .isEqualTo(state == NodeState.COMPLETE);
        if (state == NodeState.COMPLETE) {
          session.undoDelete(draft.id());
        }
      }
      last = session.timeline().nodes();
    }
    assertThat(files("states")).hasSize(last.size());
    assertThat(files("nodes").stream().filter(name -> name.endsWith(".map"))).hasSize(last.size());
    try (Session session = Session.open(folder)) {
      assertThat(session.timeline().nodes()).isEqualTo(last);
      assertThat(session.problems()).isEmpty();
      assertThat(session.verify()).isEmpty();
    }
  }

  @Test
  void thePresentRunsOnFromTheParentOfANodeThatFailed() throws Exception {
    try (Session session = SmallSession.withTwoNodes(folder)) {
      NodeDraft third = SmallSession.begin(session, Optional.of(S2), "");
      session.setLivePosition(S3);
      third.fail("the disk was full");
      assertThat(session.livePosition()).contains(S2);
      session.setLivePosition(S3);
      assertThat(session.livePosition()).contains(S2);
      session.delete(S3);
    }
  }

  @Test
  void listenersHearOfANodeBeforeTheyHearOfItsChanges() throws Exception {
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch adding = new CountDownLatch(1);
    CountDownLatch renamed = new CountDownLatch(1);
    try (Session session = SmallSession.withTwoNodes(folder)) {
      session.addListener(
          new SessionListener() {
            @Override
            public void nodeAdded(Node node) {
              adding.countDown();
              try {
                renamed.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
          });
      session.addListener(
          new SessionListener() {
            @Override
            public void nodeAdded(Node node) {
              told.add("added " + node.id());
            }

            @Override
            public void nodeChanged(Node node) {
              told.add("changed " + node.id() + " " + node.label());
            }
          });
      Future<NodeDraft> begun =
          other.submit(() -> SmallSession.begin(session, Optional.of(S2), ""));
      adding.await();
      session.rename(S3, "one");
      session.rename(S3, "two");
      renamed.countDown();
      begun.get();
    }
    assertThat(told).containsExactly("added S3", "changed S3 one", "changed S3 two");
  }

  @Test
  void aListenerThatThrowsHurtsNeitherTheChangeNorOtherListeners() throws Exception {
    List<String> told = new ArrayList<>();
    try (Session session = SmallSession.withTwoNodes(folder)) {
      session.addListener(
          new SessionListener() {
            @Override
            public void nodeChanged(Node node) {
              told.add(node.label());
              if (node.label().equals("bad")) {
                throw new IllegalStateException("listener is broken");
              }
            }
          });
      session.addListener(
          new SessionListener() {
            @Override
            public void nodeChanged(Node node) {
              told.add("also " + node.label());
            }
          });
      assertThat(session.rename(S2, "bad").label()).isEqualTo("bad");
      session.rename(S2, "good");
    }
    assertThat(told).containsExactly("bad", "also bad", "good", "also good");
  }

  @Test
  void nothingIsWrittenAfterASessionWasClosed() throws Exception {
    for (int round = 0; round < 10; round++) {
      Path each = temporary.resolve("session" + round);
      folder = each;
      Session session = SmallSession.withTwoNodes(each);
      CountDownLatch first = new CountDownLatch(3);
      Future<NodeDraft> begins =
          other.submit(
              () -> {
                while (true) {
                  NodeDraft unused = SmallSession.begin(session, Optional.of(S2), "");
                  first.countDown();
                }
              });
      first.await();
      session.close();
      List<String> left = files("nodes");
      assertThatThrownBy(begins::get)
          .hasRootCauseMessage(
              "Could not change the session " + each + ": it is closed. Open it again.");
      assertThat(files("nodes")).isEqualTo(left);
    }
  }

  @Test
  void aClosedSessionTakesNoChangeOfAnyKind() throws Exception {
    Session session = SmallSession.withTwoNodes(folder);
    NodeDraft draft = SmallSession.begin(session, Optional.of(S2), "");
    session.close();
    List<String> left = files("nodes");
    assertRefused(() -> session.rename(S2, "late"));
    assertRefused(() -> session.delete(S2));
    assertRefused(() -> session.undoDelete(S2));
    assertRefused(() -> session.setLivePosition(S2));
    assertRefused(() -> session.saveRamLayout(session.ramLayout()));
    assertRefused(() -> session.beginTranscript(Optional.empty()));
    assertRefused(() -> SmallSession.completeEmpty(session, draft));
    assertThat(draft.fail("late").state()).isEqualTo(NodeState.FAILED);
    assertThat(files("nodes")).isEqualTo(left);
  }

  private void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable change) {
    assertThatThrownBy(change)
        .hasMessage("Could not change the session " + folder + ": it is closed. Open it again.");
  }
}

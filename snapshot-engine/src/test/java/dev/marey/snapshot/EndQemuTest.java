package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.RunState;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.ChildJvm;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a live guest ends, and that nothing of it stays behind. */
@Timeout(120)
final class EndQemuTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void closingMakesTheNodesBeingSavedCompleteAndKeepsThePresent() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      CompletableFuture<Node> one = guest.live().snapshot("one", Node.Origin.PERSON);
      CompletableFuture<Node> two = guest.live().snapshot("two", Node.Origin.PERSON);
      guest.live().close();
      assertThat(one).isCompleted();
      assertThat(two).isCompleted();
      List<Node> nodes = guest.session().timeline().nodes();
      assertThat(nodes).extracting(Node::state).containsOnly(NodeState.COMPLETE);
      assertThat(nodes)
          .extracting(Node::origin)
          .containsExactly(Node.Origin.PERSON, Node.Origin.PERSON, Node.Origin.KEPT_PRESENT);
      assertThat(guest.session().livePosition()).contains(nodes.get(2).id());

      guest.live().close();
      guest.live().abandon();
      assertThat(guest.live().status().runState()).isEqualTo(RunState.ENDED);
      assertThatThrownBy(() -> guest.live().resume()).hasMessage("The guest has ended.");
      assertThatThrownBy(() -> guest.take()).hasMessageContaining("The guest has ended.");
      assertThat(guest.problems()).isEmpty();

      guest.goOnWith(LiveGuest.open(guest.session(), nodes.get(2).id(), RunAfter.KEEP));
      guest.runABit();
      guest.assertGuestFindsNoDamage();
    }
  }

  @Test
  void aPausedGuestThatIsANodeAlreadyClosesWithoutAnother() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      guest.live().pause();
      CompletableFuture<Node> node = guest.live().snapshot("", Node.Origin.PERSON);
      guest.live().close();
      assertThat(guest.session().timeline().nodes()).containsExactly(node.getNow(null));
    }
  }

  @Test
  void closingLosesNothingWhenItIsInterrupted() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      CompletableFuture<Node> one = guest.live().snapshot("one", Node.Origin.PERSON);
      long pid = guest.live().machine().pid();
      Thread.currentThread().interrupt();
      guest.live().close();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(one).isCompleted();
      List<Node> nodes = guest.session().timeline().nodes();
      assertThat(nodes).extracting(Node::state).containsOnly(NodeState.COMPLETE);
      assertThat(nodes)
          .extracting(Node::origin)
          .containsExactly(Node.Origin.PERSON, Node.Origin.KEPT_PRESENT);
      assertThat(ProcessHandle.of(pid)).isEmpty();
      assertThat(guest.problems()).isEmpty();
    }
  }

  @Test
  void thePresentIsKeptApartFromEndingTheGuest() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      NodeId kept = guest.live().keepPresent().get().orElseThrow();
      assertThat(guest.live().status().runState()).isEqualTo(RunState.PAUSED);
      guest.assertNodeIs(
          new BareMetal.Expected(guest.session().resolve(kept.toString()), guest.ramNow()));
      assertThat(guest.session().resolve(kept.toString()).runState()).isEqualTo(RunState.RUNNING);
      assertThat(guest.live().keepPresent().get()).as("it is a node already").isEmpty();
      guest.live().resume();
      guest.runABit();
      assertThat(guest.live().keepPresent().get()).isPresent();
      guest.live().close();
      assertThat(guest.session().timeline().nodes()).hasSize(2);
    }
  }

  @Test
  void nothingStaysBehind() throws Exception {
    liveAndEnd("warm-up");
    Awaitility.await().atMost(PATIENCE).until(() -> ourThreads().isEmpty());
    long files = openFiles();
    liveAndEnd("one");
    liveAndEnd("two");
    Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(ourThreads()).isEmpty());
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(openFiles()).isLessThanOrEqualTo(files));
  }

  @Test
  void guestsThatCannotBeStartedLeaveNothingBehind() throws Exception {
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(BareMetal.MEGABYTES));
    line.addAll(List.of("-cpu", "no-such-cpu"));
    try (Session session =
        Session.create(folder.resolve("session"), CommandLine.of(line).accept())) {
      failToStart(session);
      Awaitility.await().atMost(PATIENCE).until(() -> ourThreads().isEmpty());
      long files = openFiles();
      failToStart(session);
      failToStart(session);
      Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(ourThreads()).isEmpty());
      assertThat(openFiles()).isLessThanOrEqualTo(files);
    }
  }

  private static void failToStart(Session session) {
    assertThatThrownBy(() -> LiveGuest.start(session))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("no-such-cpu");
  }

  private void liveAndEnd(String name) throws Exception {
    Path sockets;
    long first;
    long second;
    try (BareMetal guest = BareMetal.start(folder, Tuning.STANDARD, folder.resolve(name))) {
      Node node = guest.take();
      first = guest.live().machine().pid();
      guest.live().revert(node.id(), RunAfter.RUN, RevertWay.IN_PROCESS).get();
      guest.live().revert(node.id(), RunAfter.RUN, RevertWay.STANDBY).get();
      second = guest.live().machine().pid();
      sockets = guest.live().runFolder();
      assertThat(sockets).exists();
      guest.runABit();
    }
    assertThat(sockets).doesNotExist();
    assertThat(ProcessHandle.of(first)).isEmpty();
    assertThat(ProcessHandle.of(second)).isEmpty();
  }

  private static Set<String> ourThreads() {
    Set<String> names = new TreeSet<>();
    Thread.getAllStackTraces()
        .keySet()
        .forEach(
            thread -> {
              if (thread.getName().matches("(marey-|qemu ).*")) {
                names.add(thread.getName());
              }
            });
    return names;
  }

  private static long openFiles() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  @Test
  void aKilledJvmTakesItsQemuAlongEvenWhilePagesAreMissing() throws Exception {
    Path sessionFolder = folder.resolve("session");
    try (BareMetal guest = BareMetal.start(folder, Tuning.LAZY, sessionFolder)) {
      guest.take();
    }
    Process child = ChildJvm.start(ChildJvm.command(OpenedGuest.class, sessionFolder.toString()));
    Optional<ProcessHandle> qemu;
    try (BufferedReader output = child.inputReader(StandardCharsets.UTF_8)) {
      String pid =
          output
              .lines()
              .filter(line -> line.startsWith("qemu is "))
              .findFirst()
              .orElseThrow()
              .substring("qemu is ".length());
      qemu = ProcessHandle.of(Long.parseLong(pid));
      assertThat(qemu).isPresent();
      child.destroyForcibly().waitFor();
    }
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> !qemu.get().isAlive() || isZombie(qemu.get().pid()));
    try (Session session = Session.open(sessionFolder)) {
      assertThat(session.verify()).isEmpty();
    }
  }

  /** Dead, but its new parent has not taken note. */
  private static boolean isZombie(long pid) throws Exception {
    Path status = Path.of("/proc/" + pid + "/status");
    return !Files.exists(status) || Files.readString(status).contains("State:\tZ");
  }
}

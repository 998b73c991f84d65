package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.snapshot.testing.ChildJvm;
import dev.marey.snapshot.testing.OpeningProcess;
import dev.marey.snapshot.testing.SmallSession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernel drops a process's lock as soon as that process closes any descriptor of the file, so
 * whatever else this process tries, another must meet the lock.
 */
@Timeout(120)
final class SessionLockTest {

  @TempDir Path temporary;
  private Path folder = Path.of("");

  @BeforeEach
  void makeSession() throws Exception {
    folder = temporary.resolve("session");
    SmallSession.withTwoNodes(folder).close();
  }

  private String openedElsewhere() throws Exception {
    Process child = ChildJvm.start(ChildJvm.command(OpeningProcess.class, folder.toString()));
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).isZero();
    return output.strip();
  }

  private String inUseBy(String whom) {
    return "Could not open the session "
        + folder
        + ": it is in use by "
        + whom
        + ". Close it there, then try again.";
  }

  /** Sabotage that fails it: closing the channel of the second reader. */
  @Test
  void oneOfTwoReadersThatGoesLeavesTheOtherItsLock() throws Exception {
    Session one = Session.openReadOnly(folder);
    Session two = Session.openReadOnly(folder);
    two.close();
    assertThat(openedElsewhere()).isEqualTo(inUseBy("another process"));
    Session three = Session.openReadOnly(folder);
    one.close();
    assertThat(openedElsewhere()).isEqualTo(inUseBy("another process"));
    three.close();
    assertThat(openedElsewhere()).isEqualTo("2");
  }

  /** Sabotage that fails it: closing the channel of the one that would write. */
  @Test
  void whoWouldWriteInTheSameProgramLeavesAReaderItsLock() throws Exception {
    Session reader = Session.openReadOnly(folder);
    assertThatThrownBy(() -> Session.open(folder)).hasMessage(inUseBy("this program"));
    assertThat(openedElsewhere()).isEqualTo(inUseBy("another process"));
    reader.close();
    Session.open(folder).close();
  }

  /** Sabotage that fails it: taking the file `owner` for the word of who writes. */
  @Test
  void whoReadsOrWritesInTheSameProgramLeavesAWriterWithoutANameItsLock() throws Exception {
    Files.createSymbolicLink(folder.resolve("owner"), temporary.resolve("nowhere/owner"));
    Session writer = Session.open(folder);
    assertThatThrownBy(() -> Session.openReadOnly(folder)).hasMessage(inUseBy("this program"));
    assertThatThrownBy(() -> Session.open(folder)).hasMessage(inUseBy("this program"));
    assertThat(openedElsewhere()).isEqualTo(inUseBy("another process"));
    writer.close();
    assertThat(openedElsewhere()).isEqualTo("2");
  }

  @Test
  void theSameFolderUnderAnotherNameIsTheSameSession() throws Exception {
    Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
    try (Session writer = Session.open(folder)) {
      assertThat(writer.problems()).isEmpty();
      assertThatThrownBy(() -> Session.open(link)).hasMessageContaining("by this program");
      assertThatThrownBy(() -> Session.openReadOnly(link)).hasMessageContaining("by this program");
    }
    Session.open(link).close();
  }

  /** Where nobody can write there may be no file to lock. */
  @Test
  void aReaderWithoutALockFileKeepsWritersOfThisProgramOut() throws Exception {
    Files.delete(folder.resolve("lock"));
    try (Session reader = Session.openReadOnly(folder)) {
      assertThat(reader.problems()).isEmpty();
      assertThat(folder.resolve("lock")).doesNotExist();
      assertThatThrownBy(() -> Session.open(folder)).hasMessage(inUseBy("this program"));
    }
    Session.open(folder).close();
  }

  /** A name that a process with our number left, as after a reboot, or that could not go. */
  @Test
  void aNameThatWasLeftKeepsNobodyOut() throws Exception {
    String self;
    try (Session session = Session.open(folder)) {
      assertThat(session.problems()).isEmpty();
      self = Files.readString(folder.resolve("owner"));
    }
    Files.writeString(folder.resolve("owner"), self);
    Session.openReadOnly(folder).close();
    Session.open(folder).close();
  }

  @Test
  void ofManyThreadsOneOpensItAndItsLockStays() throws Exception {
    int threads = 8;
    CyclicBarrier start = new CyclicBarrier(threads);
    Callable<List<Session>> opening =
        () -> {
          start.await();
          try {
            return List.of(Session.open(folder));
          } catch (SnapshotException e) {
            assertThat(e).hasMessage(inUseBy("this program"));
            return List.of();
          }
        };
    List<Session> opened = new ArrayList<>();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<List<Session>>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(opening);
      }
      for (Future<List<Session>> each : pool.invokeAll(all)) {
        opened.addAll(each.get());
      }
    } finally {
      pool.shutdown();
    }
    assertThat(opened).hasSize(1);
    assertThat(openedElsewhere()).startsWith("Could not open the session " + folder + ": it is");
    opened.get(0).close();
    assertThat(openedElsewhere()).isEqualTo("2");
  }
}

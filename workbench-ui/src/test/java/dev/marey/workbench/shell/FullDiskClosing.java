package dev.marey.workbench.shell;

import dev.marey.machine.RunState;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.Session;
import dev.marey.workbench.engine.EngineSessions;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.start.Beginning;
import dev.marey.workbench.tasks.Progress;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** Closes a session whose disk is full; says what it met. Its argument is the small disk. */
public final class FullDiskClosing {

  private static final Progress PROGRESS =
      new Progress() {
        @Override
        public void update(double fraction, String message) {}

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  private final Path disk;
  private final OpenSession session;
  private final Queue<String> console = new ConcurrentLinkedQueue<>();

  private FullDiskClosing(Path disk, OpenSession session) {
    this.disk = disk;
    this.session = session;
    session.onConsole((bytes, end) -> console.add(new String(bytes, StandardCharsets.US_ASCII)));
  }

  public static void main(String[] arguments) throws Exception {
    Path disk = Path.of(arguments[0]);
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(64));
    line.addAll(List.of("-append", "d=64,2048"));
    Beginning.Boot guest =
        new Beginning.Boot(
            "guest", CommandLine.of(line).accept(), Optional.empty(), Optional.empty());
    FullDiskClosing closing =
        new FullDiskClosing(
            disk, new EngineSessions(disk.resolve("sessions")).boot(guest, PROGRESS));
    closing.awaitCounting();
    closing.fill();
    closing.close(reason -> Closing.Answer.CANCEL);
    say(closing.session.live().runState().toString());
    closing.awaitCounting();
    say("runs on");
    closing.close(closing::makeRoom);
    try (Session kept = Session.open(disk.resolve("sessions/guest-1"))) {
      Node present = kept.resolve(kept.livePosition().orElseThrow().toString());
      say("kept " + present.origin() + " " + present.state() + ", damaged " + kept.verify().size());
      say(closing.session.timeline().nodes().size() + " in the timeline");
    }
  }

  private Closing.Answer makeRoom(String reason) {
    try {
      Files.delete(disk.resolve("filler"));
      return Closing.Answer.TRY_AGAIN;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A line for the test, told from those of the log. */
  private static void say(String line) {
    System.out.println("> " + line);
  }

  private void awaitCounting() {
    console.clear();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> String.join("", console).contains("counter "));
  }

  private void fill() {
    try (OutputStream filler = Files.newOutputStream(disk.resolve("filler"))) {
      while (true) {
        filler.write(new byte[4096]);
      }
    } catch (IOException e) {
      say(String.valueOf(e.getMessage()));
    }
  }

  private void close(Function<String, Closing.Answer> question) {
    new Closing(
            session,
            new CurrentThreadTaskService(),
            new ProblemsViewModel(Clock.systemUTC()),
            reason -> {
              say("asked, " + (reason.contains("the disk is full") ? "the disk is full" : reason));
              return question.apply(reason);
            },
            new Closing.Stages() {
              @Override
              public void ending() {
                say("ending " + (session.live().runState() == RunState.PAUSED ? "paused" : "?"));
              }

              @Override
              public void closed() {
                say("closed");
              }

              @Override
              public void cancelled() {
                say("cancelled");
              }
            })
        .begin();
  }
}

package dev.marey.workbench.testing;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.settings.Folders;
import dev.marey.workbench.settings.Settings;
import dev.marey.workbench.shell.MainWindow;
import dev.marey.workbench.start.PasteProblem;
import dev.marey.workbench.start.RecentSession;
import dev.marey.workbench.start.Sessions;
import dev.marey.workbench.tasks.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.application.Application;
import javafx.stage.Stage;

/**
 * Shows the window with invented contents, to look at. Run by hand: {@code preview.sh}.
 *
 * <p>Threading: fx.
 */
public final class Preview extends Application {

  /** Not an application, so that JavaFX may be on the class path. */
  public static final class Main {
    private Main() {}

    public static void main(String[] args) {
      Application.launch(Preview.class, args);
    }
  }

  @Override
  public void start(Stage stage) throws Exception {
    Folders folders = Folders.of(System.getenv(), Path.of(System.getProperty("user.home")));
    MainWindow window = new MainWindow(stage, folders, new Settings(folders), new Invented());
    stage.setX(0);
    stage.setY(0);
    window.show();
    if (getParameters().getRaw().contains("session")) {
      window.start().demo();
    }
  }

  private static Timeline timeline() {
    List<Node> nodes = new ArrayList<>();
    nodes.add(Nodes.node(1, 0, 0, 4).withMarks("booted", "", true));
    nodes.add(Nodes.node(2, 1, 0, 11));
    nodes.add(Nodes.origin(Nodes.node(3, 2, 0, 16), Node.Origin.AUTOMATIC));
    nodes.add(Nodes.origin(Nodes.node(4, 3, 0, 21), Node.Origin.AUTOMATIC));
    nodes.add(Nodes.node(5, 4, 0, 29));
    nodes.add(Nodes.origin(Nodes.node(6, 5, 0, 37), Node.Origin.KEPT_PRESENT));
    nodes.add(Nodes.node(7, 2, 1, 24));
    nodes.add(Nodes.node(8, 7, 1, 33).withMarks("scribble", "", false));
    nodes.add(
        Nodes.node(9, 8, 1, 41).withState(dev.marey.snapshot.NodeState.FAILED, "the disk is full"));
    nodes.add(Nodes.node(10, 8, 1, 50).withState(dev.marey.snapshot.NodeState.SAVING, ""));
    return Timeline.of(nodes);
  }

  private static final class Invented implements Sessions {

    @Override
    public List<RecentSession> recent() {
      Path folder = Path.of("/home/ada/.local/share/marey/sessions");
      return List.of(
          new RecentSession(
              folder.resolve("demo-1"),
              Instant.parse("2026-01-03T12:05:00Z"),
              412_000_000,
              12,
              "S12",
              "demo guest, 256 MB",
              ""),
          new RecentSession(
              folder.resolve("uboot"),
              Instant.parse("2026-01-02T09:41:00Z"),
              88_000_000,
              3,
              "before relocation",
              "qemu-system-x86_64 -m 64",
              ""),
          new RecentSession(
              folder.resolve("old"),
              Instant.parse("2025-11-12T18:20:00Z"),
              9_100_000,
              0,
              "",
              "",
              "guest.json is missing, so this is not a whole session"));
    }

    @Override
    public void delete(Path folder) {}

    @Override
    public OpenSession demo(Progress progress) {
      FakeSession session = new FakeSession();
      session.timeline(timeline());
      session.live(FakeSession.running(Duration.ofMillis(58_300), Optional.of(Nodes.id(10)), true));
      session.liveTranscript(
          String.join(
              "\r\n",
              "\u001b[32m[    0.000000]\u001b[0m Linux version 6.1.0-28-cloud-amd64",
              "[    0.412233] Run /init as init process",
              "",
              "Marey demo guest. 1 Snapshot. 2 type scribble. 3 Snapshot.",
              "4 see the page. 5 double-click the first.",
              "/ # scribble",
              "wrote 0x5eed0001 at guest-physical 0x3f2a010",
              "/ # "));
      for (Node node : timeline().nodes()) {
        session.transcripts.put(node.id(), "/ # this is the console at " + node.id() + "\r\n/ # ");
      }
      return session;
    }

    @Override
    public OpenSession start(String commandLine, Progress progress) {
      return demo(progress);
    }

    @Override
    public OpenSession resume(Path folder, Progress progress) {
      return demo(progress);
    }

    @Override
    public List<PasteProblem> check(String commandLine) {
      int at = commandLine.indexOf("-enable-kvm");
      return at < 0
          ? List.of()
          : List.of(
              new PasteProblem(
                  at,
                  at + 11,
                  "-enable-kvm: KVM writes guest memory where userfaultfd cannot see it",
                  "Leave it out; Marey runs guests with TCG."));
    }
  }
}

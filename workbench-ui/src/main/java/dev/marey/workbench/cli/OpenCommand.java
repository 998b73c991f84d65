package dev.marey.workbench.cli;

import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.RunAfter;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.session.SessionGlance;
import dev.marey.workbench.start.Beginning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Goes on where a session was left: with {@code --headless} here, otherwise in the window.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "open",
    description = "Go on where a session was left, in the window or without one.",
    customSynopsis = "marey open [--headless] SESSION",
    footer = {
      "",
      "Headless, the guest's serial console is this terminal; Ctrl+C ends the guest and keeps its"
          + " present as a node. While there is no room for it, it tries again."
    })
final class OpenCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Option(names = "--headless", description = "without a window")
  boolean headless;

  @Parameters(paramLabel = "SESSION", description = "the session's folder, its name, or a bundle")
  String session = "";

  OpenCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws UserErrorException, SnapshotException, InterruptedByPersonException {
    if (!headless) {
      terminal.requireDisplay();
      terminal.openWindow(new Beginning.Resume(existing()));
      return CommandLineTool.SUCCESS;
    }
    try (Session open = OpenedSession.open(terminal, session)) {
      Preconditions.liveSnapshots();
      HeadlessRun run = new HeadlessRun(terminal);
      Optional<NodeId> from = open.livePosition();
      LiveGuest live =
          from.isPresent()
              ? LiveGuest.open(open, from.get(), RunAfter.KEEP, run.console())
              : LiveGuest.start(open, run.console());
      try {
        run.untilInterrupted(open, live);
        run.keepPresent(live);
      } finally {
        live.close();
      }
      run.sayKept(open);
      return run.result();
    }
  }

  private Path existing()
      throws UserErrorException, SnapshotException, InterruptedByPersonException {
    Path path = OpenedSession.folder(terminal, session);
    if (!Files.exists(path)) {
      throw new UserErrorException(
          "Could not open the session " + path + ": it does not exist. Check the path.");
    }
    String trouble = SessionGlance.at(path).trouble();
    if (!trouble.isEmpty()) {
      throw new UserErrorException(
          "Could not open the session " + path + ": " + trouble + " Check the path.");
    }
    return path;
  }
}

package dev.marey.workbench.cli;

import dev.marey.machine.RunState;
import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.LiveListener;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A guest that lives in this terminal: what it prints goes out, what comes in is typed, until it
 * ends or somebody interrupts.
 *
 * <p>Threading: the command; the console and standard input have threads of their own.
 */
final class HeadlessRun {

  private static final Logger LOG = LoggerFactory.getLogger(HeadlessRun.class);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration RETRY = Duration.ofSeconds(5);

  /** Each attempt has a node of its own. */
  private static final Pattern NODE = Pattern.compile("^S\\d+ ");

  private final Terminal terminal;
  private final ConsoleText console;
  private final PiecedText printed = new PiecedText();
  private boolean interrupted;

  /** Whoever keeps the present is told what fails there. */
  private volatile boolean keeping;

  private RunState end = RunState.RUNNING;

  HeadlessRun(Terminal terminal) {
    this.terminal = terminal;
    this.console = new ConsoleText(this::show);
  }

  ConsoleText console() {
    return console;
  }

  private void show(byte[] piece) {
    show(printed.add(piece));
  }

  private void show(String text) {
    if (text.isEmpty()) {
      return;
    }
    if (terminal.json()) {
      terminal.print(Terminal.object().put("console", text.replace("\r", "")));
    } else {
      terminal.printRaw(text);
    }
  }

  /** Returns when the guest has ended, or when somebody asked the program to end. */
  void untilInterrupted(Session session, LiveGuest live) {
    if (terminal.json()) {
      terminal.print(Terminal.object().put("session", session.path().toString()));
    } else {
      terminal.tell("Session " + session.path());
      terminal.tell("Ctrl+C ends the guest and keeps its present as a node.");
    }
    live.addListener(
        new LiveListener() {
          @Override
          public void problem(String what) {
            if (!keeping) {
              terminal.tell("marey: " + what);
            }
          }
        });
    Thread input = new Thread(() -> forwardInput(live), "marey-stdin");
    input.setDaemon(true);
    try (RawTerminal raw = RawTerminal.take()) {
      LOG.debug("terminal: {}", raw);
      input.start();
      while (goesOn(live.status().runState())) {
        terminal.interruption().sleep(LOOK);
      }
    } catch (InterruptedByPersonException e) {
      interrupted = true;
    }
    end = live.status().runState();
  }

  /**
   * Keeps the present as a node. Where that fails, because the disk is full perhaps, it tries again
   * until it works or somebody gives up by interrupting; the guest is ended without it then.
   */
  void keepPresent(LiveGuest live) throws InterruptedByPersonException {
    keeping = true;
    String told = "";
    while (true) {
      try {
        Optional<NodeId> unused = EngineAnswer.await(live.keepPresent());
        return;
      } catch (SnapshotException e) {
        String reason = NODE.matcher(String.valueOf(e.getMessage())).replaceFirst("");
        if (!reason.equals(told)) {
          terminal.tell("marey: " + e.getMessage());
          terminal.tell(
              "Nothing is lost yet: the guest is still there, and this tries again every "
                  + RETRY.toSeconds()
                  + " seconds. Ctrl+C"
                  + (interrupted ? ", once more," : "")
                  + " ends the guest without its present.");
          told = reason;
        }
      }
      waitToTryAgain(live);
    }
  }

  private void waitToTryAgain(LiveGuest live) throws InterruptedByPersonException {
    try {
      if (interrupted) {
        // asked once already: the next time ends the program
        Thread.sleep(RETRY.toMillis());
      } else {
        terminal.interruption().sleep(RETRY);
      }
    } catch (InterruptedByPersonException e) {
      live.abandon();
      terminal.tell("The guest is ended without its present; complete nodes are kept.");
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      live.abandon();
      throw new InterruptedByPersonException();
    }
  }

  static boolean goesOn(RunState state) {
    return state == RunState.RUNNING || state == RunState.PAUSED;
  }

  private void forwardInput(LiveGuest live) {
    byte[] buffer = new byte[256];
    try {
      for (int n = terminal.in().read(buffer); n >= 0; n = terminal.in().read(buffer)) {
        live.console().type(Arrays.copyOf(buffer, n));
      }
    } catch (IOException e) {
      LOG.debug("standard input ended: {}", e.getMessage());
    }
  }

  /** Says what became of the guest; call it when its machine is closed. */
  void sayKept(Session session) {
    show(printed.end());
    Optional<String> node = session.livePosition().map(Object::toString);
    if (terminal.json()) {
      node.flatMap(
              id ->
                  session.timeline().nodes().stream()
                      .filter(each -> each.id().toString().equals(id))
                      .findFirst())
          .ifPresent(each -> terminal.print(NodeJson.of(each)));
      return;
    }
    String what =
        switch (end) {
          case SHUTDOWN -> "The guest has powered itself off. ";
          case CRASHED -> "QEMU stopped the guest after an error or a panic. ";
          case ENDED -> "QEMU has ended. ";
          default -> "";
        };
    terminal.tell("");
    terminal.tell(
        what
            + node.map(
                    id ->
                        "The present is "
                            + (end == RunState.ENDED ? "lost back to " : "kept as ")
                            + id
                            + ".")
                .orElse("No node was taken.")
            + " Go on with: marey open "
            + session.path());
  }

  /** The command's exit code; throws if it was interrupted. */
  int result() throws InterruptedByPersonException, UserErrorException {
    if (interrupted) {
      throw new InterruptedByPersonException();
    }
    return end == RunState.ENDED ? CommandLineTool.FAILURE : CommandLineTool.SUCCESS;
  }
}

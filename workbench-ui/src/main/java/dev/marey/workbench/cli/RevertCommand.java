package dev.marey.workbench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.machine.RunState;
import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.LiveStatus;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.RunAfter;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Brings a node back from disk, lazily, lets it run for a while, and says what happened.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "revert",
    description = "Bring a node back from disk without a window, let it run, show what it prints.",
    customSynopsis = "marey revert [--json] [--run TIME] SESSION NODE",
    footer = {
      "",
      "The guest runs before its memory is loaded: pages come from disk when it touches them, the"
          + " others one after another meanwhile.",
      "running_after_ms counts from the start of loading, QEMU's own start included, until the guest"
          + " runs.",
      "The session stays as it was: no node is taken, and what the guest did is dropped. To go on"
          + " from a node for good: marey open."
    })
final class RevertCommand implements Callable<Integer> {

  private static final Duration LOOK = Duration.ofMillis(50);

  private final Terminal terminal;

  @Option(
      names = "--run",
      paramLabel = "TIME",
      defaultValue = "5s",
      converter = DurationText.class,
      description = "how long the guest runs, such as 500ms, 5s; default ${DEFAULT-VALUE}")
  Duration run = Duration.ofSeconds(5);

  @Parameters(
      index = "0",
      paramLabel = "SESSION",
      description = "the session's folder, its name, or a bundle")
  String session = "";

  @Parameters(index = "1", paramLabel = "NODE", description = "the node: id or label")
  String name = "";

  RevertCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What a run from a node showed. */
  record Seen(
      Node node,
      Duration runningAfter,
      int pagesTotal,
      int pagesOnTouch,
      int pagesEagerly,
      int pagesAbsent,
      Duration ran,
      RunState end,
      String console) {

    ObjectNode json() {
      return Terminal.object()
          .put("node", node.id().toString())
          .put("running_after_ms", DurationText.millis(runningAfter))
          .put("pages_total", pagesTotal)
          .put("pages_loaded_on_touch", pagesOnTouch)
          .put("pages_loaded_eagerly", pagesEagerly)
          .put("pages_not_loaded", pagesAbsent)
          .put("ran_ms", DurationText.millis(ran))
          .put("console", console);
    }
  }

  @Override
  public Integer call() throws UserErrorException, SnapshotException, InterruptedByPersonException {
    try (Session open = OpenedSession.open(terminal, session)) {
      Node node = open.resolve(name);
      Preconditions.liveSnapshots();
      Seen seen = see(open, node, run, terminal.interruption());
      if (terminal.json()) {
        terminal.print(seen.json());
      } else {
        print(seen);
      }
      if (seen.end() == RunState.ENDED) {
        throw new UserErrorException(
            "QEMU ended while the guest ran from " + node.id() + ". The session is not affected.");
      }
    }
    return 0;
  }

  static Seen see(Session open, Node node, Duration run, Interruption interruption)
      throws SnapshotException, InterruptedByPersonException {
    int total = storedPages(open, node);
    ConsoleText console = new ConsoleText();
    long start = System.nanoTime();
    LiveGuest live = LiveGuest.visit(open, node.id(), RunAfter.RUN, console);
    long running = System.nanoTime();
    RunState state = live.status().runState();
    long end;
    try {
      while (System.nanoTime() - running < run.toNanos() && state == RunState.RUNNING) {
        Duration left = run.minusNanos(System.nanoTime() - running);
        interruption.sleep(left.compareTo(LOOK) < 0 ? left : LOOK);
        state = live.status().runState();
      }
      end = System.nanoTime();
      if (state == RunState.RUNNING) {
        live.pause();
      }
    } finally {
      live.abandon();
    }
    // Nothing loads pages any more, so the figures belong together.
    LiveStatus status = live.status();
    return new Seen(
        node,
        Duration.ofNanos(running - start),
        total,
        status.pagesOnTouch(),
        status.pagesAhead(),
        status.pagesAbsent(),
        Duration.ofNanos(end - running),
        state,
        console.text());
  }

  private static int storedPages(Session open, Node node) throws SnapshotException {
    int[] pages = new int[1];
    open.content(node.id()).pageMap().forEachStored((page, ref) -> pages[0]++);
    return pages[0];
  }

  private void print(Seen seen) {
    terminal.print(
        seen.node().title()
            + " ran again "
            + DurationText.of(seen.runningAfter())
            + " after its loading began.");
    TextTable table = new TextTable().left("").right("").left("");
    table.row("pages of the node", "%,d".formatted(seen.pagesTotal()), "(all others are zeroes)");
    table.row("  loaded when touched", "%,d".formatted(seen.pagesOnTouch()), "");
    table.row("  loaded meanwhile", "%,d".formatted(seen.pagesEagerly()), "");
    table.row("  not loaded", "%,d".formatted(seen.pagesAbsent()), "");
    table.lines().forEach(terminal::print);
    String printed = seen.console().strip();
    terminal.print(
        "In "
            + DurationText.of(seen.ran())
            + " the guest printed "
            + (printed.isEmpty() ? "nothing." : "this:"));
    printed
        .lines()
        .filter(line -> !printed.isEmpty())
        .forEach(line -> terminal.print("  | " + line));
    switch (seen.end()) {
      case SHUTDOWN -> terminal.print("Then it powered itself off.");
      case CRASHED -> terminal.print("Then QEMU stopped it after an error or a panic.");
      default -> {}
    }
  }
}

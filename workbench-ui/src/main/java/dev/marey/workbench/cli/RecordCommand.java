package dev.marey.workbench.cli;

import dev.marey.machine.MachineException;
import dev.marey.machine.RunState;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.SnapshotException;
import dev.marey.workbench.engine.NewSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Boots a guest without a window and takes live nodes.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "record",
    description = "Boot a guest without a window, take live nodes, end it.",
    customSynopsis =
        "marey record (--demo | -- QEMU…) [--expect REGEX | --type TEXT]… [--every TIME]"
            + " [--count N] [--budget SIZE] SESSION",
    footer = {
      "",
      "The QEMU line may also come last: marey record --count 3 my-session -- qemu-system-x86_64 …",
      "The first node is taken when all --expect and --type are done; without any, after --every.",
      "SESSION is a folder that does not exist yet or is empty. The guest's state behind the last"
          + " node is not kept."
    })
final class RecordCommand implements Callable<Integer> {

  private final Terminal terminal;
  private final Optional<List<String>> qemu;

  @Option(names = "--demo", description = "the demo guest")
  boolean demo;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      defaultValue = "1s",
      converter = DurationText.class,
      description = "time between two nodes, such as 500ms, 1s, 2m; default ${DEFAULT-VALUE}")
  Duration every = Duration.ofSeconds(1);

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "5",
      description = "how many nodes; default ${DEFAULT-VALUE}")
  int count = 5;

  @Option(
      names = "--budget",
      paramLabel = "SIZE",
      converter = BudgetText.class,
      description = BudgetText.DESCRIPTION)
  Optional<Long> budget = Optional.empty();

  @Option(
      names = "--label",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "name the nodes TEXT 1, TEXT 2, …; one alone is TEXT")
  String label = "";

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "2m",
      converter = DurationText.class,
      description = "how long one --expect may take; default ${DEFAULT-VALUE}")
  Duration timeout = Duration.ofMinutes(2);

  @ArgGroup(exclusive = true, multiplicity = "0..*")
  List<ConsoleStep> steps = new ArrayList<>();

  @Parameters(arity = "0..1", paramLabel = "SESSION", description = "folder of the new session")
  Optional<String> session = Optional.empty();

  RecordCommand(Terminal terminal, Optional<List<String>> qemu) {
    this.terminal = terminal;
    this.qemu = qemu;
  }

  @Override
  public Integer call()
      throws UserErrorException, SnapshotException, MachineException, InterruptedByPersonException {
    if (count < 1 || count > 100_000) {
      throw new UserErrorException(
          "--count " + count + " cannot be done. Give a number from 1 to 100000.");
    }
    GuestChoice choice = GuestChoice.of(demo, qemu, session.isPresent(), terminal.workingFolder());
    String named =
        session
            .or(choice::session)
            .orElseThrow(
                () ->
                    new UserErrorException(
                        "No session was named. Add a folder for it at the end."));
    Preconditions.liveSnapshots();
    Path folder = SessionPaths.of(terminal).made(named);
    choice.guest().notices().forEach(terminal::tell);
    ConsoleText console = new ConsoleText();
    try (NewSession recorded = NewSession.boot(folder, choice.guest(), console)) {
      recorded.setBudget(budget);
      record(recorded, console);
    }
    return 0;
  }

  private void record(NewSession recorded, ConsoleText console)
      throws UserErrorException, SnapshotException, InterruptedByPersonException {
    NodePrinter printer = new NodePrinter(terminal);
    List<CompletableFuture<Node>> taken = new ArrayList<>();
    try {
      prepare(recorded, console);
      for (int i = 1; i <= count; i++) {
        if (i > 1 || steps.isEmpty()) {
          terminal.interruption().sleep(every);
        }
        checkAlive(recorded, i);
        String name = label.isEmpty() || count == 1 ? label : label + " " + i;
        taken.add(recorded.live().snapshot(name, Node.Origin.PERSON));
        printComplete(taken, printer);
      }
    } catch (InterruptedByPersonException e) {
      printAll(taken, printer);
      terminal.tell(
          "Interrupted. "
              + ByteText.count(printer.printed(), "node is", "nodes are")
              + " complete.");
      throw e;
    }
    printAll(taken, printer);
  }

  private void prepare(NewSession recorded, ConsoleText console)
      throws UserErrorException, InterruptedByPersonException {
    for (ConsoleStep step : steps) {
      if (step.types()) {
        recorded.live().console().type(step.bytes());
      } else if (console
          .await(step.expect, timeout, () -> !terminal.interruption().asked() && alive(recorded))
          .isEmpty()) {
        terminal.interruption().sleep(Duration.ofNanos(1));
        throw new UserErrorException(
            "The guest's console was watched for '"
                + step.expect
                + "', which did not come "
                + (alive(recorded)
                    ? "within "
                        + DurationText.of(timeout)
                        + ". Check it, or give a longer --timeout."
                    : "before the guest ended. Check the guest.")
                + " The console ends with:\n"
                + console.lastWords());
      }
    }
  }

  private static boolean alive(NewSession recorded) {
    RunState state = recorded.live().status().runState();
    return state == RunState.RUNNING || state == RunState.PAUSED;
  }

  private void checkAlive(NewSession recorded, int next) throws UserErrorException {
    RunState state = recorded.live().status().runState();
    if (!alive(recorded)) {
      throw new UserErrorException(
          "Node "
              + next
              + " of "
              + count
              + " was not taken: the guest "
              + switch (state) {
                case SHUTDOWN -> "has powered itself off";
                case CRASHED -> "was stopped by QEMU after an error or a panic";
                default -> "has ended";
              }
              + ". Complete nodes are kept; see them with "
              + terminal.program()
              + " log.");
    }
  }

  private static void printComplete(List<CompletableFuture<Node>> taken, NodePrinter printer)
      throws SnapshotException {
    while (!taken.isEmpty() && taken.get(0).isDone()) {
      printer.print(EngineAnswer.await(taken.remove(0)));
    }
  }

  private static void printAll(List<CompletableFuture<Node>> taken, NodePrinter printer)
      throws SnapshotException {
    while (!taken.isEmpty()) {
      printer.print(EngineAnswer.await(taken.remove(0)));
    }
  }
}

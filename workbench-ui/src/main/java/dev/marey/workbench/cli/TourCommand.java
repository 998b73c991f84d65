package dev.marey.workbench.cli;

import dev.marey.machine.MachineException;
import dev.marey.snapshot.SnapshotException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * The one-minute tour for machines without a display.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "tour",
    description =
        "One minute on the demo guest: boot, nodes, diff, going back. Fails if anything is off.",
    customSynopsis = "marey tour [SESSION]")
final class TourCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(arity = "0..1", paramLabel = "SESSION", description = "folder of the new session")
  Optional<String> session = Optional.empty();

  TourCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call()
      throws UserErrorException, SnapshotException, MachineException, InterruptedByPersonException {
    Preconditions.liveSnapshots();
    SessionPaths paths = SessionPaths.of(terminal);
    Path folder =
        session
            .map(paths::made)
            .orElseGet(() -> paths.fresh("tour", LocalDateTime.now(ZoneId.systemDefault())));
    new Tour(terminal).walk(folder, GuestChoice.demo(terminal.workingFolder()));
    return CommandLineTool.SUCCESS;
  }
}

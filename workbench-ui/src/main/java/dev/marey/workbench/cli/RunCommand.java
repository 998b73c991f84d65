package dev.marey.workbench.cli;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.snapshot.SnapshotException;
import dev.marey.workbench.engine.NewSession;
import dev.marey.workbench.start.Beginning;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Boots a guest in a new session: with {@code --headless} here, otherwise in the window.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "run",
    description = "Boot a guest in a new session, in the window or without one.",
    customSynopsis = "marey run [--headless] [--budget SIZE] (--demo | -- QEMU…) [SESSION]",
    footer = {
      "",
      "Headless, the guest's serial console is this terminal; Ctrl+C ends the guest and keeps its"
          + " present as a node. While there is no room for it, it tries again.",
      "Without SESSION the session gets a name of its own in the sessions folder."
    })
final class RunCommand implements Callable<Integer> {

  private final Terminal terminal;
  private final Optional<List<String>> qemu;

  @Option(names = "--headless", description = "without a window")
  boolean headless;

  @Option(names = "--demo", description = "the demo guest")
  boolean demo;

  @Option(
      names = "--budget",
      paramLabel = "SIZE",
      converter = BudgetText.class,
      description = BudgetText.DESCRIPTION)
  Optional<Long> budget = Optional.empty();

  @Parameters(arity = "0..1", paramLabel = "SESSION", description = "folder of the new session")
  Optional<String> session = Optional.empty();

  RunCommand(Terminal terminal, Optional<List<String>> qemu) {
    this.terminal = terminal;
    this.qemu = qemu;
  }

  @Override
  public Integer call()
      throws UserErrorException, SnapshotException, MachineException, InterruptedByPersonException {
    if (!headless) {
      terminal.requireDisplay();
    }
    GuestChoice choice = GuestChoice.of(demo, qemu, session.isPresent(), terminal.workingFolder());
    SessionPaths paths = SessionPaths.of(terminal);
    Optional<Path> named = session.or(choice::session).map(paths::made);
    if (!headless) {
      terminal.openWindow(new Beginning.Boot(choice.name(), choice.guest(), named, budget));
      return CommandLineTool.SUCCESS;
    }
    Preconditions.liveSnapshots();
    return runHere(
        choice.guest(),
        named.orElseGet(
            () -> paths.fresh(choice.name(), LocalDateTime.now(ZoneId.systemDefault()))));
  }

  private int runHere(GuestDefinition guest, Path folder)
      throws SnapshotException, InterruptedByPersonException, UserErrorException {
    guest.notices().forEach(terminal::tell);
    HeadlessRun run = new HeadlessRun(terminal);
    try (NewSession booted = NewSession.boot(folder, guest, run.console())) {
      booted.setBudget(budget);
      run.untilInterrupted(booted.session(), booted.live());
      run.keepPresent(booted.live());
      booted.keepPresentAndClose();
      run.sayKept(booted.session());
    }
    return run.result();
  }
}

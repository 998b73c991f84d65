package dev.marey.workbench.cli;

import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.StreamImport;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Makes a stream that a stock QEMU has written the first node of a new session.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "import",
    description = "Make a new session of a migration stream that a stock QEMU has written.",
    customSynopsis = "marey import [--json] FILE [SESSION] -- QEMU…",
    footer = {
      "",
      "FILE is what migrate \"exec:cat >FILE\" in QEMU's monitor writes, with or without the"
          + " capability background-snapshot. QEMU… is the command line of the QEMU that wrote it,"
          + " without -incoming. Disks must be as they were at that instant."
    })
final class ImportCommand implements Callable<Integer> {

  private final Terminal terminal;
  private final Optional<List<String>> qemu;

  @Parameters(index = "0", paramLabel = "FILE", description = "the stream")
  Path file = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SESSION",
      description = "folder of the new session")
  Optional<String> session = Optional.empty();

  ImportCommand(Terminal terminal, Optional<List<String>> qemu) {
    this.terminal = terminal;
    this.qemu = qemu;
  }

  @Override
  public Integer call()
      throws UserErrorException, SnapshotException, MachineException, InterruptedByPersonException {
    if (qemu.isEmpty()) {
      throw new WrongUsageException(
          "The command line of the QEMU that wrote the stream is missing. Add it behind two dashes:"
              + " -- qemu-system-x86_64 -m 512M …");
    }
    GuestChoice choice = GuestChoice.of(false, qemu, session.isPresent(), terminal.workingFolder());
    SessionPaths paths = SessionPaths.of(terminal);
    Path folder =
        session
            .or(choice::session)
            .map(paths::made)
            .orElseGet(() -> paths.fresh(choice.name(), LocalDateTime.now(ZoneId.systemDefault())));
    choice.guest().notices().forEach(terminal::tell);
    Path stream = terminal.workingFolder().resolve(file);
    long bytes = stream.toFile().length();
    Patience patience = new Patience(terminal, "Reading " + file.getFileName());
    try (Session imported =
        StreamImport.read(
            stream,
            folder,
            choice.guest(),
            String.valueOf(file.getFileName()),
            pages -> patience.at(Math.min(bytes, (long) pages * PageNumber.PAGE_BYTES), bytes))) {
      for (Node node : imported.timeline().nodes()) {
        if (terminal.json()) {
          terminal.print(NodeJson.of(node).put("session", folder.toString()));
        } else {
          terminal.print(
              folder + ": " + node.id() + " is what the stream held. Go on from it with");
          terminal.print(terminal.program() + " open " + folder);
        }
      }
    } catch (SnapshotException e) {
      if (terminal.interruption().asked()) {
        throw new InterruptedByPersonException();
      }
      throw e;
    }
    return CommandLineTool.SUCCESS;
  }
}

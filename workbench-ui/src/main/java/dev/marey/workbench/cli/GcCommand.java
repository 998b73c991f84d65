package dev.marey.workbench.cli;

import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Gives the room of what no node needs back.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "gc",
    description = "Free what no node needs: pages of deleted, thinned and lost nodes.",
    customSynopsis = "marey gc [--json] SESSION",
    footer = {"", "No node is deleted. The session must not be open elsewhere."})
final class GcCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(paramLabel = "SESSION", description = "the session's folder, its name, or a bundle")
  String session = "";

  GcCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws SnapshotException, InterruptedByPersonException {
    try (Session open = OpenedSession.open(terminal, session)) {
      long before = open.sizeBytes();
      long unused = open.giveRoomBack();
      long after = open.sizeBytes();
      if (terminal.json()) {
        terminal.print(
            Terminal.object()
                .put("bytes_before", before)
                .put("bytes_after", after)
                .put("bytes_freed", before - after));
      } else {
        terminal.print(
            (after < before
                    ? ByteText.of(before - after) + " freed"
                    : "Nothing to free: every page is needed by a node")
                + "; the session took "
                + ByteText.of(before)
                + ", now "
                + ByteText.of(after)
                + ".");
      }
    }
    return CommandLineTool.SUCCESS;
  }
}

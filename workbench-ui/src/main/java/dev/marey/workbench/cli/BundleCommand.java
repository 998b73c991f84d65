package dev.marey.workbench.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.bundle.BundleWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Packs nodes into one file.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "bundle",
    description = "Pack nodes into one file that another Marey opens.",
    customSynopsis = "marey bundle [--json] SESSION [NODE…] FILE",
    footer = {
      "",
      "Without a NODE all of them are packed. The guest's kernel, firmware and disks go along, so what"
          + " is secret on them does too.",
      "open, log, diff, verify, revert and export take FILE in place of a session: it is unpacked"
          + " into the sessions folder once."
    })
final class BundleCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "SESSION",
      description = "the session's folder, or its name")
  String session = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "[NODE…] FILE",
      hideParamSyntax = true,
      description = "nodes: ids or labels; last a file that is not there yet, such as bug.marey")
  List<String> names = new ArrayList<>();

  BundleCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws UserErrorException, SnapshotException, InterruptedByPersonException {
    String last = names.get(names.size() - 1);
    Path file = terminal.workingFolder().resolve(last).normalize();
    try (Session open = OpenedSession.toRead(terminal, session)) {
      for (Node node : open.timeline().nodes()) {
        if (node.id().toString().equals(last) || node.label().equals(last)) {
          throw new WrongUsageException(
              "The file is missing: " + last + " is a node. Write a name such as bug.marey last.");
        }
      }
      List<NodeId> nodes = new ArrayList<>();
      for (String name : names.subList(0, names.size() - 1)) {
        nodes.add(open.resolve(name).id());
      }
      List<NodeId> written = write(open, nodes, file);
      if (!open.guest().portForwards().isEmpty()) {
        terminal.tell("Forwarded ports of this machine (hostfwd) are not in the bundle.");
      }
      print(file, written);
    }
    return CommandLineTool.SUCCESS;
  }

  private List<NodeId> write(Session open, List<NodeId> nodes, Path file)
      throws SnapshotException, InterruptedByPersonException {
    try {
      return BundleWriter.write(
          open, nodes, file, new Patience(terminal, "Writing " + file.getFileName())::at);
    } catch (SnapshotException e) {
      if (terminal.interruption().asked()) {
        throw new InterruptedByPersonException();
      }
      throw e;
    }
  }

  private void print(Path file, List<NodeId> nodes) {
    long bytes = file.toFile().length();
    if (terminal.json()) {
      ObjectNode json = Terminal.object().put("file", file.toString()).put("bytes", bytes);
      ArrayNode array = json.putArray("nodes");
      nodes.forEach(node -> array.add(node.toString()));
      terminal.print(json);
    } else {
      terminal.print(
          file
              + ": "
              + ByteText.count(nodes.size(), "node", "nodes")
              + ", "
              + ByteText.of(bytes)
              + ". Open it with");
      terminal.print(terminal.program() + " open " + file);
    }
  }
}

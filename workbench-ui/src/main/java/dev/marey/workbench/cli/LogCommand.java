package dev.marey.workbench.cli;

import dev.marey.snapshot.CaptureFigures;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Lists the nodes of a session.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "log",
    description = "List the nodes of a session: tree, what they cost, label, pin, tags, note.",
    customSynopsis = "marey log [--json] [--tag WORD]… SESSION",
    footer = {
      "",
      "TREE draws the branches: * is a node in its branch, + where another branch begins, | a branch"
          + " that goes on. PAUSE is how long the guest stood still, SAVED how long it then took"
          + " until the node was on disk."
    })
final class LogCommand implements Callable<Integer> {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final Terminal terminal;

  @Parameters(paramLabel = "SESSION", description = "the session's folder, its name, or a bundle")
  String session = "";

  @Option(
      names = "--tag",
      paramLabel = "WORD",
      description = "only nodes with this tag; given repeatedly, with all of them")
  List<String> tag = List.of();

  LogCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws SnapshotException, InterruptedByPersonException {
    try (Session open = OpenedSession.toRead(terminal, session)) {
      if (terminal.json()) {
        open.timeline().nodes().stream()
            .filter(this::wanted)
            .forEach(node -> terminal.print(NodeJson.of(node)));
      } else {
        print(open);
      }
    }
    return 0;
  }

  private boolean wanted(Node node) {
    return tag.stream().allMatch(node.tags()::has);
  }

  private void print(Session open) {
    List<Node> nodes = open.timeline().nodes();
    terminal.print(
        open.path()
            + ": "
            + ByteText.count(nodes.size(), "node", "nodes")
            + ", RAM "
            + (open.guest().ramBytes() >> 20)
            + " MiB");
    if (nodes.isEmpty()) {
      terminal.print(terminal.program() + " record takes nodes, the window does too.");
      return;
    }
    if (nodes.stream().noneMatch(this::wanted)) {
      terminal.print("None of them has the tag " + String.join(" and the tag ", tag) + ".");
      return;
    }
    List<String> tree = LogTree.rows(open.timeline());
    TextTable table =
        new TextTable()
            .left("TREE")
            .left("NODE")
            .left("PARENT")
            .left("TAKEN")
            .right("GUEST TIME")
            .right("PAUSE")
            .right("SAVED")
            .right("DIRTY PAGES")
            .right("CHANGED")
            .right("STORED")
            .left("");
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (!wanted(node)) {
        continue;
      }
      CaptureFigures figures = node.figures();
      table.row(
          tree.get(i),
          node.id().toString(),
          node.parent().map(Object::toString).orElse("-"),
          TIME.format(node.takenAt().atZone(ZoneId.systemDefault())),
          String.format(Locale.ROOT, "%.2f s", node.guestTime().toMillis() / 1000.0),
          DurationText.of(figures.pause()),
          DurationText.of(figures.saved()),
          "%,d".formatted(figures.pagesDirty()),
          ByteText.known(figures.pagesChanged()),
          ByteText.of(figures.bytesStored()),
          remarks(node, open.livePosition().equals(Optional.of(node.id()))));
    }
    table.lines().forEach(terminal::print);
  }

  private static String remarks(Node node, boolean present) {
    StringBuilder text = new StringBuilder(MarksText.of(node));
    if (node.origin() == Node.Origin.KEPT_PRESENT) {
      text.append(" [kept present]");
    }
    if (node.state() != NodeState.COMPLETE) {
      text.append(" [").append(node.state()).append(": ").append(node.reason()).append(']');
    }
    if (present) {
      text.append(" <- the present runs on from here");
    }
    return text.toString().strip();
  }
}

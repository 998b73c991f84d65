package dev.marey.workbench.cli;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.Tags;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Writes on a node what people find it by again.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "mark",
    description = "Give a node a label, a note, tags, a pin, or take them away.",
    customSynopsis = {
      "marey mark [--json] SESSION NODE [--label TEXT] [--note TEXT]",
      "           [--tag WORD]… [--untag WORD]… [--pin | --unpin]"
    },
    footer = {"", "marey log shows them, and marey log --tag WORD only the nodes with that tag."})
final class MarkCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "SESSION",
      description = "the session's folder, its name, or a bundle")
  String session = "";

  @Parameters(index = "1", paramLabel = "NODE", description = "the node: id or label")
  String name = "";

  @Option(
      names = "--label",
      paramLabel = "TEXT",
      description = "what it is called; \"\" takes the label away")
  @Nullable String label;

  @Option(
      names = "--note",
      paramLabel = "TEXT",
      description = "replaces the note; \"\" takes it away")
  @Nullable String note;

  @Option(names = "--tag", paramLabel = "WORD", description = "adds a tag; may be given repeatedly")
  List<String> tag = List.of();

  @Option(
      names = "--untag",
      paramLabel = "WORD",
      description = "takes a tag away; may be given repeatedly")
  List<String> untag = List.of();

  @Option(names = "--pin", description = "never thin it out")
  boolean pin;

  @Option(names = "--unpin", description = "take the pin away")
  boolean unpin;

  MarkCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws UserErrorException, SnapshotException, InterruptedByPersonException {
    check();
    try (Session open = OpenedSession.open(terminal, session)) {
      Node node = open.resolve(name);
      Tags tags = tags(node);
      mark(open, node, tags);
      Node marked = open.resolve(node.id().toString());
      if (terminal.json()) {
        terminal.print(NodeJson.of(marked));
      } else {
        String marks = MarksText.of(marked);
        terminal.print(
            marked.id() + (marks.isEmpty() ? " has no label, note, tags or pin." : "  " + marks));
      }
    }
    return CommandLineTool.SUCCESS;
  }

  /** What is wrong whatever the session holds. */
  private void check() throws WrongUsageException {
    if (label == null && note == null && tag.isEmpty() && untag.isEmpty() && !pin && !unpin) {
      throw new WrongUsageException(
          "Nothing was given to write on the node. Add --label, --note, --tag, --untag, --pin or"
              + " --unpin.");
    }
    if (pin && unpin) {
      throw new WrongUsageException("--pin and --unpin were both given. Leave one of them out.");
    }
    checkText("--label", label, "");
    checkText("--note", note, "\n\t");
    Tags removed = words(Tags.NONE, untag);
    for (String added : words(Tags.NONE, tag).words()) {
      if (removed.has(added)) {
        throw new WrongUsageException(
            "--tag and --untag both name \"" + added + "\". Leave one of them out.");
      }
    }
  }

  /** Bundles, which may be anybody's, are refused with control characters in them. */
  private static void checkText(String option, @Nullable String text, String allowed)
      throws WrongUsageException {
    if (text != null
        && text.chars().anyMatch(c -> Character.isISOControl(c) && allowed.indexOf(c) < 0)) {
      throw new WrongUsageException("The " + option + " has a control character. Leave it out.");
    }
  }

  private static Tags words(Tags before, List<String> more) throws WrongUsageException {
    try {
      return before.with(more);
    } catch (IllegalArgumentException e) {
      throw new WrongUsageException(String.valueOf(e.getMessage()));
    }
  }

  private Tags tags(Node node) throws UserErrorException {
    Optional<String> missing = untag.stream().filter(word -> !node.tags().has(word)).findFirst();
    if (missing.isPresent()) {
      throw new UserErrorException(
          node.id()
              + " has no tag \""
              + missing.get().strip()
              + "\". "
              + (node.tags().isEmpty()
                  ? "It has no tags at all."
                  : "Its tags are: " + node.tags() + "."));
    }
    return words(node.tags().without(untag), tag);
  }

  private void mark(Session open, Node node, Tags tags) throws SnapshotException {
    NodeId id = node.id();
    if (label != null) {
      open.rename(id, label);
    }
    if (note != null) {
      open.note(id, note.strip());
    }
    if (!tags.equals(node.tags())) {
      open.tag(id, tags);
    }
    if (pin || unpin) {
      open.pin(id, pin);
    }
  }
}

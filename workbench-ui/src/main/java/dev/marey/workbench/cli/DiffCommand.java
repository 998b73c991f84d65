package dev.marey.workbench.cli;

import dev.marey.diff.ByteCounts;
import dev.marey.diff.ComparedInstants;
import dev.marey.diff.DeviceDiff;
import dev.marey.diff.DiffJson;
import dev.marey.diff.FieldChange;
import dev.marey.diff.FieldHistory;
import dev.marey.diff.NeighbouringPairs;
import dev.marey.diff.NodeDiff;
import dev.marey.diff.NodeRam;
import dev.marey.diff.PageHistory;
import dev.marey.diff.PageRun;
import dev.marey.diff.Progress;
import dev.marey.diff.RamDiff;
import dev.marey.diff.report.DiffPage;
import dev.marey.snapshot.NewFile;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeContent;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.Timeline;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Compares two nodes.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "diff",
    description = "Show which pages of RAM and which fields of the devices differ in two nodes.",
    customSynopsis = "marey diff [--json | --html FILE] [--all] [--hide-usual] SESSION A B",
    footer = {
      "",
      "Addresses are guest-physical. A and B are ids such as S2, or labels only one node has.",
      "Those pages and fields come first that changed in the fewest pairs of neighbouring nodes"
          + " before.",
      "--json always gives all pages and fields."
    })
final class DiffCommand implements Callable<Integer> {

  private static final int SHOWN = 40;

  private final Terminal terminal;

  @Option(names = "--all", description = "show every row, not the first " + SHOWN)
  boolean all;

  @Option(
      names = "--hide-usual",
      description =
          "leave out pages and fields that changed in at least half of the last "
              + NeighbouringPairs.MOST
              + " pairs of neighbouring nodes")
  boolean hideUsual;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "write a page for a browser, with heat map and bytes")
  Optional<Path> html = Optional.empty();

  @Parameters(
      index = "0",
      paramLabel = "SESSION",
      description = "the session's folder, its name, or a bundle")
  String session = "";

  @Parameters(index = "1", paramLabel = "A", description = "a node: id or label")
  String a = "";

  @Parameters(index = "2", paramLabel = "B", description = "another node")
  String b = "";

  DiffCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws SnapshotException, InterruptedByPersonException, IOException {
    try (Session open = OpenedSession.toRead(terminal, session)) {
      show(open);
    } catch (SnapshotException | IOException e) {
      if (terminal.interruption().asked()) {
        throw new InterruptedByPersonException();
      }
      throw e;
    }
    return 0;
  }

  private void show(Session open)
      throws SnapshotException, InterruptedByPersonException, IOException {
    Node nodeA = open.resolve(a);
    Node nodeB = open.resolve(b);
    NodeDiff diff = compare(open, nodeA, nodeB, terminal.interruption());
    if (html.isPresent()) {
      writePage(open, diff, terminal.workingFolder().resolve(html.get()));
    } else if (terminal.json()) {
      DiffJson.write(
          new AskedWriter(terminal.out(), terminal.interruption()),
          nodeA.id().toString(),
          nodeB.id().toString(),
          diff.ram(),
          diff.devices());
      terminal.print("");
    } else {
      print(diff);
    }
  }

  private void writePage(Session open, NodeDiff diff, Path file) throws SnapshotException {
    NewFile.write(
        file,
        channel ->
            DiffPage.write(
                new AskedWriter(
                    Channels.newWriter(channel, StandardCharsets.UTF_8), terminal.interruption()),
                String.valueOf(open.path().getFileName()),
                diff));
    if (terminal.json()) {
      terminal.print(Terminal.object().put("file", file.toString()));
    } else {
      terminal.print(file.toString());
    }
  }

  /** Everything that differs; reads the device states of up to 21 nodes more. */
  static NodeDiff compare(Session open, Node a, Node b, Interruption interruption)
      throws SnapshotException, InterruptedByPersonException {
    NodeContent contentA = open.content(a.id());
    NodeContent contentB = open.content(b.id());
    Timeline timeline = open.timeline();
    RamDiff ram =
        RamDiff.of(
            new NodeRam(contentA, contentB),
            PageHistory.before(timeline, a.id(), b.id(), open::content));
    FieldHistory fields =
        FieldHistory.before(
                timeline,
                a.id(),
                b.id(),
                node -> open.content(node).stateTree(),
                untilAsked(interruption))
            .orElseThrow(InterruptedByPersonException::new);
    return new NodeDiff(
        ComparedInstants.of(timeline, a.id(), b.id()),
        ram,
        DeviceDiff.of(contentA.stateTree(), contentB.stateTree(), fields));
  }

  private static Progress untilAsked(Interruption interruption) {
    return new Progress() {
      @Override
      public void at(int done, int total) {}

      @Override
      public boolean cancelled() {
        return interruption.asked();
      }
    };
  }

  private void print(NodeDiff diff) throws SnapshotException, InterruptedByPersonException {
    terminal.print(diff.instants().header());
    if (!diff.instants().ancestorLine().isEmpty()) {
      terminal.print(diff.instants().ancestorLine());
    }
    terminal.print(diff.summary() + ".");
    printPages(diff.ram());
    printFields(diff.devices());
  }

  private void printPages(RamDiff ram) throws SnapshotException, InterruptedByPersonException {
    if (ram.isEmpty()) {
      return;
    }
    List<PageRun> runs =
        ram.runsByRarity().stream().filter(run -> !hideUsual || !run.usual()).toList();
    ByteCounts counts = new ByteCounts(ram);
    TextTable table =
        new TextTable()
            .left("ADDRESS")
            .right("PAGES")
            .right("BYTES CHANGED")
            .left("KIND")
            .left("SEEN IN")
            .left("FIRST CHANGE");
    int shown = all ? runs.size() : Math.min(SHOWN, runs.size());
    for (PageRun run : runs.subList(0, shown)) {
      if (terminal.interruption().asked()) {
        throw new InterruptedByPersonException();
      }
      table.row(
          run.address().toString(),
          "%,d".formatted(run.pages().pageCount()),
          "%,d".formatted(counts.count(run, Progress.NONE).orElse(0)),
          run.kind().word(),
          ram.history().pairs() == 0 ? "-" : run.seldom() + " of " + ram.history().pairs(),
          counts.preview(run));
    }
    terminal.print("");
    table.lines().forEach(terminal::print);
    printMore(runs.size() - shown, "row", "rows");
    if (hideUsual && ram.pagesUsual() > 0) {
      terminal.print(
          ByteText.count(ram.pagesUsual(), "page that usually changes", "pages that usually change")
              + " not shown.");
    }
  }

  private void printFields(DeviceDiff devices) {
    if (devices.isEmpty()) {
      return;
    }
    List<FieldChange> fields = (hideUsual ? devices.withoutUsual() : devices).fieldsByRarity();
    TextTable table =
        new TextTable().left("DEVICE FIELD").left("BEFORE").left("AFTER").left("SEEN IN").left("");
    int shown = all ? fields.size() : Math.min(SHOWN, fields.size());
    int pairs = devices.history().pairs();
    for (FieldChange field : fields.subList(0, shown)) {
      table.row(
          field.path(),
          field.kind() == FieldChange.Kind.APPEARED ? "-" : field.before(),
          field.kind() == FieldChange.Kind.GONE ? "-" : field.after(),
          pairs == 0 ? "-" : devices.seldom(field) + " of " + pairs,
          field.clock() ? "clock" : "");
    }
    terminal.print("");
    table.lines().forEach(terminal::print);
    printMore(fields.size() - shown, "field", "fields");
    if (hideUsual && devices.fieldsUsual() > 0) {
      terminal.print(
          ByteText.count(
                  devices.fieldsUsual(), "field that usually changes", "fields that usually change")
              + " not shown.");
    }
  }

  private void printMore(int left, String one, String many) {
    if (left > 0) {
      terminal.print(
          "… and " + ByteText.count(left, "more " + one, "more " + many) + "; --all shows them");
    }
  }
}

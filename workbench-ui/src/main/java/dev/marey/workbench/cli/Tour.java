package dev.marey.workbench.cli;

import dev.marey.diff.ChangeKind;
import dev.marey.diff.NodeDiff;
import dev.marey.diff.PageChange;
import dev.marey.machine.GuestAddress;
import dev.marey.machine.GuestDefinition;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.Revert;
import dev.marey.snapshot.RunAfter;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.workbench.engine.NewSession;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Walks the main job on the demo guest and holds what it sees against what the guest itself prints.
 *
 * <p>Threading: the command.
 */
final class Tour {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern PROMPT = Pattern.compile("demo# ");
  private static final Pattern SCRIBBLED =
      Pattern.compile("scribble: (0x[0-9a-f]+) at (0x[0-9a-f]+), bytes ((?:[0-9a-f]{2} ?){8})");
  private static final Pattern COUNT = Pattern.compile("(?m)^count (\\d+)$");
  private static final int COUNT_AT_NODE = 3;
  private static final int COUNTS_AFTER = 3;
  private static final String COUNT_LINE = "count %d$";

  private final Terminal terminal;
  private final long startNanos = System.nanoTime();

  Tour(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What {@code scribble} printed. */
  private record Scribble(String value, GuestAddress address, String bytes) {}

  /**
   * The whole tour in a new session, which stays.
   *
   * @throws UserErrorException if anything is not as it should be
   */
  void walk(Path folder, GuestDefinition guest)
      throws UserErrorException, SnapshotException, InterruptedByPersonException {
    ConsoleText console = new ConsoleText();
    Node counting;
    try (NewSession tour = NewSession.boot(folder, guest, console)) {
      counting = live(tour, console);
    }
    try (Session session = Session.open(folder)) {
      fromDisk(session, counting);
    }
    say("");
    say(
        "All as it should be, in "
            + DurationText.of(Duration.ofNanos(System.nanoTime() - startNanos))
            + ". The session stays; look at it with:");
    String marey = "  " + terminal.program();
    say(marey + " log " + folder);
    say(marey + " diff " + folder + " S1 S2");
    say(marey + " revert " + folder + " " + counting.id() + " --run 5s");
  }

  private Node live(NewSession tour, ConsoleText console)
      throws UserErrorException, SnapshotException, InterruptedByPersonException {
    LiveGuest live = tour.live();
    await(live, console, PROMPT, "the shell's prompt");
    say("1. A Linux guest has booted in a stock QEMU (TCG), and its shell waits.");

    Node before = snapshot(live, "before");
    say("2. Snapshot " + figures(before));

    type(live, "scribble");
    MatchResult printed = await(live, console, SCRIBBLED, "scribble's line");
    Scribble scribble =
        new Scribble(
            printed.group(1),
            new GuestAddress(Long.decode(printed.group(2))),
            printed.group(3).strip());
    say("3. In the guest, scribble wrote a value into a page. It printed:");
    say("     " + printed.group().strip());

    Node after = snapshot(live, "after");
    say("4. Snapshot " + figures(after));
    compare(tour.session(), before, after, scribble);

    type(live, "count");
    await(live, console, count(COUNT_AT_NODE), "count " + COUNT_AT_NODE);
    Node counting = snapshot(live, "counting");
    await(live, console, count(COUNT_AT_NODE + COUNTS_AFTER), "more counting");
    say("6. In the guest, count counts. Snapshot " + figures(counting));
    say("   It went on to " + (COUNT_AT_NODE + COUNTS_AFTER) + " meanwhile.");

    Revert back = EngineAnswer.await(live.revert(before.id(), RunAfter.PAUSE));
    checkGone(live, tour.session(), before, scribble);
    say(
        "7. Back to "
            + name(before)
            + " in "
            + DurationText.of(back.running())
            + " ("
            + ByteText.count(back.pagesDiffering(), "page", "pages")
            + " differed): the page at "
            + scribble.address()
            + " is as it was, the value is gone.");

    ConsoleText later = new ConsoleText();
    live.console().addListener(later);
    Revert forth = EngineAnswer.await(live.revert(counting.id(), RunAfter.RUN));
    String counts = goesOn(live, tour.session(), counting, later);
    say(
        "8. To "
            + name(counting)
            + " in "
            + DurationText.of(forth.running())
            + " ("
            + ByteText.count(forth.pagesDiffering(), "page", "pages")
            + " differed): the guest counts on from there: "
            + counts);
    return counting;
  }

  private void compare(Session session, Node before, Node after, Scribble scribble)
      throws UserErrorException, SnapshotException, InterruptedByPersonException {
    NodeDiff diff = DiffCommand.compare(session, before, after, terminal.interruption());
    PageNumber page = pageOf(session, scribble);
    PageChange change =
        diff.ram()
            .changeOf(page)
            .orElseThrow(
                () ->
                    wrong("the page at " + scribble.address() + " is not among the changed ones"));
    byte[] was = read(session, before, page);
    byte[] is = read(session, after, page);
    int offset = (int) (scribble.address().value() & (PageNumber.PAGE_BYTES - 1));
    String shown = hex(Arrays.copyOfRange(is, offset, offset + Long.BYTES));
    if (!shown.equals(scribble.bytes())) {
      throw wrong(
          "at " + scribble.address() + " the diff shows " + shown + ", not what was printed");
    }
    say("5. Diff of the two: " + diff.summary() + ". The page at " + change.address() + ":");
    say("     before  " + hex(Arrays.copyOfRange(was, offset, offset + Long.BYTES)));
    say("     after   " + shown + "   just what the guest printed");
    if (change.kind() == ChangeKind.ZEROED) {
      throw wrong("the page is called zeroed");
    }
  }

  private void checkGone(LiveGuest live, Session session, Node before, Scribble scribble)
      throws UserErrorException, SnapshotException {
    PageNumber page = pageOf(session, scribble);
    byte[] now = new byte[PageNumber.PAGE_BYTES];
    live.readRam(page, ByteBuffer.wrap(now));
    if (!Arrays.equals(now, read(session, before, page))) {
      throw wrong("after the revert the page at " + scribble.address() + " is not as it was");
    }
  }

  private void fromDisk(Session session, Node counting)
      throws UserErrorException, SnapshotException, InterruptedByPersonException {
    RevertCommand.Seen seen =
        RevertCommand.see(
            session, counting, Duration.ofSeconds(COUNTS_AFTER + 1), terminal.interruption());
    String counts = counts(session, counting, seen.console());
    say(
        "9. That QEMU was ended. A new one with empty memory brought "
            + name(counting)
            + " back from disk: running after "
            + DurationText.of(seen.runningAfter())
            + ". Of "
            + ByteText.count(seen.pagesTotal(), "page", "pages")
            + ", "
            + "%,d".formatted(seen.pagesOnTouch())
            + " were loaded when touched, "
            + "%,d".formatted(seen.pagesEagerly())
            + " meanwhile. It counts on: "
            + counts);
  }

  /** Waits for some more counts and checks that none is missing. */
  private String goesOn(LiveGuest live, Session session, Node node, ConsoleText later)
      throws UserErrorException, SnapshotException, InterruptedByPersonException {
    await(live, later, count(COUNT_AT_NODE + COUNTS_AFTER), "the counter to go on");
    return counts(session, node, later.text());
  }

  /** The node's last count and those that followed, which must follow without a gap. */
  private static String counts(Session session, Node node, String printedAfter)
      throws UserErrorException, SnapshotException {
    String until =
        new String(session.transcript(node.console()), StandardCharsets.UTF_8).replace("\r", "");
    List<Integer> numbers =
        COUNT
            .matcher(until + printedAfter)
            .results()
            .map(found -> Integer.valueOf(found.group(1)))
            .toList();
    int atNode = (int) COUNT.matcher(until).results().count();
    for (int i = 0; i < numbers.size(); i++) {
      if (numbers.get(i) != i + 1) {
        throw wrong("the guest's counter reads " + numbers + " and should have no gap");
      }
    }
    if (numbers.size() <= atNode) {
      throw wrong("the counter stands still at " + atNode);
    }
    return atNode
        + " → "
        + String.join(
            ", ", numbers.subList(atNode, numbers.size()).stream().map(String::valueOf).toList());
  }

  private static Pattern count(int number) {
    return Pattern.compile(COUNT_LINE.formatted(number), Pattern.MULTILINE);
  }

  private static PageNumber pageOf(Session session, Scribble scribble) throws UserErrorException {
    return session
        .ramLayout()
        .pageAt(scribble.address())
        .orElseThrow(() -> wrong("the guest has no RAM at " + scribble.address()));
  }

  private static byte[] read(Session session, Node node, PageNumber page) throws SnapshotException {
    byte[] bytes = new byte[PageNumber.PAGE_BYTES];
    session.content(node.id()).readPage(page, ByteBuffer.wrap(bytes));
    return bytes;
  }

  private MatchResult await(LiveGuest live, ConsoleText console, Pattern pattern, String what)
      throws UserErrorException, InterruptedByPersonException {
    return console
        .await(
            pattern,
            PATIENCE,
            () -> !terminal.interruption().asked() && HeadlessRun.goesOn(live.status().runState()))
        .orElseThrow(
            () ->
                wrong(
                    what
                        + " did not come within "
                        + DurationText.of(PATIENCE)
                        + ". The console ends with:\n"
                        + console.lastWords()));
  }

  private static void type(LiveGuest live, String line) {
    live.console().type((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static Node snapshot(LiveGuest live, String label) throws SnapshotException {
    return EngineAnswer.await(live.snapshot(label, Node.Origin.PERSON));
  }

  private static String name(Node node) {
    return node.id() + " “" + node.label() + "”";
  }

  private static String figures(Node node) {
    return name(node)
        + ": paused "
        + DurationText.of(node.figures().pause())
        + ", "
        + ByteText.count(node.figures().pagesDirty(), "page", "pages")
        + " saved in "
        + DurationText.of(node.figures().saved())
        + ".";
  }

  private static String hex(byte[] bytes) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes);
  }

  private static UserErrorException wrong(String what) {
    return new UserErrorException("The tour went wrong: " + what);
  }

  private void say(String line) {
    terminal.print(line);
  }
}

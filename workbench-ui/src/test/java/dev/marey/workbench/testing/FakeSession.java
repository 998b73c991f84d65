package dev.marey.workbench.testing;

import dev.marey.diff.ComparedRam;
import dev.marey.diff.FieldHistory;
import dev.marey.diff.PageHistory;
import dev.marey.diff.PageSource;
import dev.marey.diff.RamPair;
import dev.marey.machine.GuestAddress;
import dev.marey.machine.RamLayout;
import dev.marey.machine.RunState;
import dev.marey.machine.console.MonitorAnswer;
import dev.marey.machine.state.StateTree;
import dev.marey.snapshot.DiskState;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeExport;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.Tags;
import dev.marey.snapshot.ThinningPreview;
import dev.marey.snapshot.ThinningRule;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.session.LiveSample;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.session.RevertDone;
import dev.marey.workbench.session.Thinned;
import dev.marey.workbench.tasks.Progress;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A session without a guest: remembers what was asked and answers at once.
 *
 * <p>Threading: any.
 */
public final class FakeSession implements OpenSession {

  public final List<String> calls = new CopyOnWriteArrayList<>();
  public final Map<NodeId, String> transcripts = new HashMap<>();
  public final Map<NodeId, List<DiskState>> disks = new HashMap<>();
  public final ByteArrayOutputStream typed = new ByteArrayOutputStream();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final List<ConsoleOutput> consoles = new CopyOnWriteArrayList<>();
  private volatile Timeline timeline = Timeline.EMPTY;
  private volatile LiveSample live = running(Duration.ZERO, Optional.empty(), true);
  private volatile boolean auto;

  /** Whether an export goes on until it is cancelled. */
  public volatile boolean exportsLast;

  public volatile Set<NodeId> thinnable = Set.of();
  public volatile List<String> notices = List.of();
  public volatile MonitorAnswer monitorAnswer = new MonitorAnswer.Output("");
  private volatile boolean runsAgain;
  private volatile Optional<Path> screen = Optional.empty();
  private volatile String liveTranscript = "";
  private volatile Optional<SnapshotException> failure = Optional.empty();

  public static LiveSample running(Duration at, Optional<NodeId> base, boolean differs) {
    return new LiveSample(
        RunState.RUNNING,
        at,
        base,
        differs,
        Optional.empty(),
        0,
        0,
        0,
        0,
        true,
        true,
        false,
        412_000_000,
        5_000_000_000L);
  }

  /** A guest that stands still and ran before. */
  public static LiveSample paused() {
    return state(RunState.PAUSED, Optional.empty());
  }

  /** QEMU is gone; the present came from there. */
  public static LiveSample ended(Optional<NodeId> base) {
    return state(RunState.ENDED, base);
  }

  private static LiveSample state(RunState state, Optional<NodeId> base) {
    return new LiveSample(
        state,
        Duration.ofSeconds(9),
        base,
        true,
        Optional.empty(),
        0,
        0,
        0,
        0,
        false,
        false,
        false,
        412_000_000,
        5_000_000_000L);
  }

  public void timeline(Timeline newer) {
    timeline = newer;
    listeners.forEach(Listener::timelineChanged);
  }

  public void live(LiveSample newer) {
    live = newer;
  }

  /** Where a machine's VNC server listens. */
  public void screen(Path socket) {
    screen = Optional.of(socket);
  }

  /** From now on the guest runs whenever its state is asked for. */
  public void runAgain() {
    runsAgain = true;
  }

  public void liveTranscript(String text) {
    liveTranscript = text;
  }

  /** The next verb fails with it. */
  public void failNext(String message) {
    failure = Optional.of(new SnapshotException(message));
  }

  /** Tells what no verb reports. */
  public void fireProblem(String what) {
    listeners.forEach(listener -> listener.problem(what));
  }

  public void print(String text) {
    consoles.forEach(
        console ->
            console.printed(
                text.getBytes(StandardCharsets.UTF_8), new Node.ConsoleOffset(0, 1 << 20)));
  }

  public void fireReverted(RevertDone revert) {
    listeners.forEach(listener -> listener.reverted(revert));
  }

  private void call(String what) throws SnapshotException {
    calls.add(what);
    Optional<SnapshotException> thrown = failure;
    failure = Optional.empty();
    if (thrown.isPresent()) {
      throw thrown.get();
    }
  }

  @Override
  public String name() {
    return "demo-1";
  }

  @Override
  public Path folder() {
    return Path.of("/home/ada/.local/share/marey/sessions/demo-1");
  }

  @Override
  public Timeline timeline() {
    return timeline;
  }

  @Override
  public LiveSample live() {
    return live;
  }

  @Override
  public void addListener(Listener listener) {
    listeners.add(listener);
  }

  @Override
  public void run() throws SnapshotException {
    call("run");
  }

  @Override
  public void pause() throws SnapshotException {
    call("pause");
  }

  @Override
  public void reset() throws SnapshotException {
    call("reset");
  }

  @Override
  public Node snapshot(String label, Progress progress) throws SnapshotException {
    call("snapshot " + label);
    return Nodes.node(1, 0, 0, 1);
  }

  @Override
  public RevertDone revert(NodeId node, boolean invertRunState, Progress progress)
      throws SnapshotException {
    call("revert " + node + (invertRunState ? " inverted" : ""));
    return new RevertDone(node, Optional.empty(), Duration.ofMillis(80));
  }

  @Override
  public RevertDone undo(Progress progress) throws SnapshotException {
    call("undo");
    return new RevertDone(new NodeId(1), Optional.empty(), Duration.ZERO);
  }

  @Override
  public RevertDone back(Progress progress) throws SnapshotException {
    call("back");
    return new RevertDone(new NodeId(1), Optional.empty(), Duration.ZERO);
  }

  @Override
  public RevertDone forward(Progress progress) throws SnapshotException {
    call("forward");
    return new RevertDone(new NodeId(1), Optional.empty(), Duration.ZERO);
  }

  @Override
  public void mark(NodeId node, String label, String note, boolean pinned)
      throws SnapshotException {
    call("mark " + node + " '" + label + "' '" + note + "' " + pinned);
    timeline(timeline.with(timeline.find(node).orElseThrow().withMarks(label, note, pinned)));
  }

  @Override
  public void tag(NodeId node, Tags tags) throws SnapshotException {
    call("tag " + node + " '" + tags + "'");
    timeline(timeline.with(timeline.find(node).orElseThrow().withTags(tags)));
  }

  @Override
  public List<DiskState> disksOf(NodeId node) throws SnapshotException {
    call("disksOf " + node);
    return disks.getOrDefault(node, List.of());
  }

  @Override
  public NodeExport.Exported export(
      NodeId node, NodeExport.Form form, Path file, Progress progress) {
    calls.add("export " + node + " " + form + " " + file);
    while (exportsLast) {
      if (progress.cancelled()) {
        calls.add("export cancelled");
        throw new CancellationException();
      }
      Thread.onSpinWait();
    }
    return new NodeExport.Exported(
        List.of(file), form == NodeExport.Form.STREAM ? "qemu -incoming " + file : "");
  }

  @Override
  public int bundle(List<NodeId> nodes, Path file, Progress progress) {
    calls.add("bundle " + nodes + " " + file);
    return timeline.nodes().size();
  }

  @Override
  public void delete(NodeId node) throws SnapshotException {
    call("delete " + node);
    timeline(timeline.without(node));
  }

  @Override
  public Optional<Node> undoDelete() throws SnapshotException {
    call("undoDelete");
    return Optional.empty();
  }

  @Override
  public String guestKey() {
    return "demo";
  }

  /** The engine stops taking nodes by itself. */
  public void stopAutoSnapshots() {
    auto = false;
  }

  @Override
  public boolean takesAutoSnapshots() {
    return auto;
  }

  @Override
  public void autoSnapshots(Optional<Duration> every) {
    auto = every.isPresent();
    calls.add("auto " + every);
  }

  @Override
  public void setBudget(long bytes) throws SnapshotException {
    call("setBudget " + bytes);
  }

  @Override
  public ThinningPreview thinningPreview() throws SnapshotException {
    call("thinningPreview");
    return new ThinningPreview(ThinningRule.STANDARD, thinnable, 1_500_000L * thinnable.size());
  }

  @Override
  public Thinned thinOut(ThinningPreview preview) throws SnapshotException {
    call("thinOut " + preview.nodes());
    for (NodeId node : preview.nodes()) {
      timeline(timeline.without(node));
    }
    return new Thinned(preview.nodes().size(), preview.bytes());
  }

  @Override
  public void type(byte[] bytes) {
    typed.writeBytes(bytes);
  }

  @Override
  public void onConsole(ConsoleOutput output) {
    consoles.add(output);
  }

  @Override
  public Node.ConsoleOffset consoleNow() {
    return new Node.ConsoleOffset(0, 0);
  }

  @Override
  public byte[] transcript(Node.ConsoleOffset upTo) {
    String text =
        timeline.nodes().stream()
            .filter(node -> node.console().equals(upTo))
            .findFirst()
            .map(node -> transcripts.getOrDefault(node.id(), ""))
            .orElse(liveTranscript);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public long transcriptBytes(Node.ConsoleOffset upTo) {
    return transcript(upTo).length;
  }

  @Override
  public Optional<RamLayout> ramLayout() {
    return Optional.of(RamLayout.flat(16 * 4096L));
  }

  @Override
  public Optional<Path> screenSocket() {
    return screen;
  }

  @Override
  public PageSource liveRam() {
    return (page, into) -> Arrays.fill(into, (byte) page.index());
  }

  @Override
  public PageSource ramOf(NodeId node) throws SnapshotException {
    call("ramOf " + node);
    return liveRam();
  }

  @Override
  public RamPair ramOf(NodeId a, NodeId b) throws SnapshotException {
    call("ramOf " + a + " " + b);
    return ComparedRam.everyPage(
        4,
        new RamLayout(List.of(new RamLayout.Range(new GuestAddress(0), 0, 4 * 4096L))),
        (page, into) -> Arrays.fill(into, (byte) a.number()),
        (page, into) -> Arrays.fill(into, (byte) b.number()));
  }

  @Override
  public PageHistory historyOf(NodeId a, NodeId b) {
    return PageHistory.NONE;
  }

  @Override
  public FieldHistory fieldHistoryOf(NodeId a, NodeId b, Progress progress) {
    return FieldHistory.NONE;
  }

  @Override
  public StateTree stateOf(NodeId node) throws SnapshotException {
    throw new SnapshotException("no state of " + node);
  }

  @Override
  public Optional<StateTree> liveState() throws SnapshotException {
    calls.add("liveState");
    if (runsAgain) {
      return Optional.empty();
    }
    throw new SnapshotException("no state of the present");
  }

  @Override
  public Node find(String idOrLabel) throws SnapshotException {
    return timeline.nodes().stream()
        .filter(node -> node.id().toString().equals(idOrLabel) || node.label().equals(idOrLabel))
        .findFirst()
        .orElseThrow(() -> new SnapshotException("There is no node \"" + idOrLabel + "\"."));
  }

  @Override
  public List<String> notices() {
    return notices;
  }

  @Override
  public MonitorAnswer monitor(String line) throws SnapshotException {
    call("monitor " + line);
    return monitorAnswer;
  }

  @Override
  public Optional<NodeId> keepPresent(Progress progress) throws SnapshotException {
    call("keepPresent");
    return Optional.empty();
  }

  @Override
  public void abandon() throws SnapshotException {
    call("abandon");
  }

  @Override
  public void close() throws SnapshotException {
    call("close");
  }
}

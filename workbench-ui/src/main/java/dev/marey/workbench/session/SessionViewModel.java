package dev.marey.workbench.session;

import dev.marey.machine.RunState;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeExport;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Tags;
import dev.marey.snapshot.ThinningPreview;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.RunningTask;
import dev.marey.workbench.tasks.TaskService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open session: what its guest is doing and everything that can be done with it. Verbs return
 * at once; the work is a task, a failure becomes a problem.
 *
 * <p>Threading: fx.
 */
public final class SessionViewModel implements NodeVerbs {

  private static final Logger LOG = LoggerFactory.getLogger(SessionViewModel.class);

  private final OpenSession session;
  private final SessionWork work;
  private final ProblemsViewModel problems;
  private final ShownViewModel shown;
  private final ReadOnlyObjectWrapper<LiveSample> live =
      new ReadOnlyObjectWrapper<>(LiveSample.NONE);
  private final ReadOnlyObjectWrapper<Optional<RevertDone>> lastRevert =
      new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Optional<NodeExport.Exported>> lastExport =
      new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Optional<Bundled>> lastBundle =
      new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Optional<Duration>> autoSnapshots =
      new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Optional<ThinningPreview>> thinning =
      new ReadOnlyObjectWrapper<>(Optional.empty());
  private boolean sampledPaused;
  private Consumer<Optional<Duration>> rememberAuto = every -> {};
  private final ReadOnlyBooleanWrapper running = new ReadOnlyBooleanWrapper();
  private final ReadOnlyBooleanWrapper paused = new ReadOnlyBooleanWrapper();
  private final ReadOnlyBooleanWrapper alive = new ReadOnlyBooleanWrapper();
  private final ReadOnlyBooleanWrapper undoable = new ReadOnlyBooleanWrapper();
  private final ReadOnlyBooleanWrapper backable = new ReadOnlyBooleanWrapper();
  private final ReadOnlyBooleanWrapper forwardable = new ReadOnlyBooleanWrapper();
  private final ReadOnlyBooleanWrapper undeletable = new ReadOnlyBooleanWrapper();
  private final ReadOnlyBooleanWrapper revivable = new ReadOnlyBooleanWrapper();
  private final ReadOnlyBooleanWrapper guest = new ReadOnlyBooleanWrapper();
  private final ReadOnlyIntegerWrapper resets = new ReadOnlyIntegerWrapper();

  public SessionViewModel(
      OpenSession session,
      TaskService tasks,
      ProblemsViewModel problems,
      ShownViewModel shown,
      Executor fxThread) {
    this.session = session;
    this.work = new SessionWork(tasks, this::sample);
    this.problems = problems;
    this.shown = shown;
    session.notices().forEach(problems::information);
    session.addListener(new Hop(fxThread));
    shown.update(session.timeline());
    guest.set(hasGuest());
    session.withoutGuest().ifPresent(reason -> lookAtLast(reason));
    sample();
  }

  /** Without a guest there is no present to show. */
  private void lookAtLast(String reason) {
    problems.error("No guest runs: " + reason);
    session.timeline().nodes().stream()
        .map(Node::id)
        .reduce((older, newer) -> newer)
        .ifPresent(shown::select);
  }

  public OpenSession session() {
    return session;
  }

  @Override
  public boolean hasGuest() {
    return session.withoutGuest().isEmpty();
  }

  /** Reads the guest's counters; called ten times a second. */
  public void sample() {
    LiveSample now = session.live();
    boolean first = now.runState() == RunState.PAUSED && !sampledPaused;
    sampledPaused = now.runState() == RunState.PAUSED;
    if (first && live.get().runState() == RunState.RUNNING) {
      // Most likely the short pause of a snapshot, over at the next sample.
      return;
    }
    live.set(now);
    undoable.set(now.mayUndo());
    backable.set(now.mayGoBack());
    forwardable.set(now.mayGoForward());
    if (autoSnapshots.get().isPresent() && !session.takesAutoSnapshots()) {
      autoSnapshots.set(Optional.empty());
    }
    running.set(now.runState() == RunState.RUNNING);
    paused.set(now.runState() == RunState.PAUSED);
    revivable.set(now.runState() == RunState.ENDED && now.base().isPresent());
    alive.set(now.runState() != RunState.ENDED && now.runState() != RunState.INCOMING);
  }

  public ReadOnlyObjectProperty<LiveSample> liveProperty() {
    return live.getReadOnlyProperty();
  }

  /** The last revert as long as it can be undone or its notice was not dismissed. */
  public ReadOnlyObjectProperty<Optional<RevertDone>> lastRevertProperty() {
    return lastRevert.getReadOnlyProperty();
  }

  /** How often nodes are taken by themselves; empty for never. */
  public ReadOnlyObjectProperty<Optional<Duration>> autoSnapshotsProperty() {
    return autoSnapshots.getReadOnlyProperty();
  }

  public ReadOnlyBooleanProperty runningProperty() {
    return running.getReadOnlyProperty();
  }

  public ReadOnlyBooleanProperty pausedProperty() {
    return paused.getReadOnlyProperty();
  }

  /** {@link #hasGuest}, which stays as it is. */
  public ReadOnlyBooleanProperty guestProperty() {
    return guest.getReadOnlyProperty();
  }

  /** Whether there is a guest to photograph. */
  public ReadOnlyBooleanProperty aliveProperty() {
    return alive.getReadOnlyProperty();
  }

  /** Whether QEMU is gone and there is a node to go back to. */
  public ReadOnlyBooleanProperty revivableProperty() {
    return revivable.getReadOnlyProperty();
  }

  /** How often the guest was reset, which makes a paused present another one. */
  public ReadOnlyIntegerProperty resetsProperty() {
    return resets.getReadOnlyProperty();
  }

  /** Whether no revert is under way. */
  public ReadOnlyBooleanProperty idleProperty() {
    return work.idleProperty();
  }

  /** Whether there is a revert to undo. */
  public ReadOnlyBooleanProperty undoableProperty() {
    return undoable.getReadOnlyProperty();
  }

  public ReadOnlyBooleanProperty backableProperty() {
    return backable.getReadOnlyProperty();
  }

  public ReadOnlyBooleanProperty forwardableProperty() {
    return forwardable.getReadOnlyProperty();
  }

  /** Whether a node was deleted since the window opened. */
  public ReadOnlyBooleanProperty undeletableProperty() {
    return undeletable.getReadOnlyProperty();
  }

  public void run() {
    work.act("resuming the guest", session::run);
  }

  public void pause() {
    work.act("pausing the guest", session::pause);
  }

  public void reset() {
    work.act("resetting the guest", session::reset, () -> resets.set(resets.get() + 1));
  }

  public void snapshot() {
    snapshot("");
  }

  /** Takes a node with a label of its own. */
  public void snapshot(String label) {
    work.start("taking a snapshot", progress -> session.snapshot(label, progress), taken -> {});
  }

  @Override
  public void compareWithNow(NodeId node) {
    LiveSample now = session.live();
    Optional<NodeId> present = now.base().filter(id -> !now.differs()).filter(id -> known(id));
    if (present.isPresent()) {
      shown.compare(node, present.get());
      return;
    }
    work.start(
        "taking a snapshot to compare with",
        progress -> session.snapshot("", progress),
        taken -> {
          shown.update(session.timeline());
          shown.compare(node, taken.id());
        });
  }

  @Override
  public void revert(NodeId node, boolean invertRunState) {
    work.move(
        "reverting to " + node,
        progress -> session.revert(node, invertRunState, progress),
        this::moved);
  }

  /** Goes back to the node that the present came from, and runs on. */
  public void revive() {
    live.get().base().ifPresent(node -> revert(node, true));
  }

  /** Undoes the last revert. */
  public void undo() {
    work.move("undoing the revert", session::undo, this::moved);
  }

  public void back() {
    work.move("going back to the instant before", session::back, this::moved);
  }

  public void forward() {
    work.move("going forward to the next instant", session::forward, this::moved);
  }

  /** The notice about the last revert was read. */
  public void dismissNotice() {
    lastRevert.set(Optional.empty());
  }

  @Override
  public void export(NodeId node, NodeExport.Form form, Path file) {
    work.startCancellable(
        "exporting " + node + " to " + file,
        progress -> session.export(node, form, file, progress),
        done -> lastExport.set(Optional.of(done)));
  }

  /** Packs all nodes into a new file. */
  public void bundle(Path file) {
    work.startCancellable(
        "bundling the session into " + file,
        progress -> session.bundle(List.of(), file, progress),
        count -> lastBundle.set(Optional.of(new Bundled(file, count))));
  }

  /** Titles of exports and bundles under way, which end with the session. */
  public List<String> unfinished() {
    return work.unfinished().stream().map(RunningTask::title).toList();
  }

  public void cancelUnfinished() {
    work.unfinished().forEach(RunningTask::cancel);
  }

  /** What was bundled last. */
  public ReadOnlyObjectProperty<Optional<Bundled>> lastBundleProperty() {
    return lastBundle.getReadOnlyProperty();
  }

  /** What was exported last. */
  public ReadOnlyObjectProperty<Optional<NodeExport.Exported>> lastExportProperty() {
    return lastExport.getReadOnlyProperty();
  }

  @Override
  public void rename(NodeId node, String label) {
    change(node, "renaming " + node, n -> session.mark(node, label, n.note(), n.pinned()));
  }

  @Override
  public void note(NodeId node, String text) {
    change(node, "writing a note on " + node, n -> session.mark(node, n.label(), text, n.pinned()));
  }

  @Override
  public void tag(NodeId node, Tags tags) {
    change(node, "tagging " + node, n -> session.tag(node, tags));
  }

  @Override
  public void pin(NodeId node, boolean pinned) {
    change(node, "pinning " + node, n -> session.mark(node, n.label(), n.note(), pinned));
  }

  @Override
  public void delete(NodeId node) {
    change(node, "deleting " + node, n -> session.delete(node));
    undeletable.set(true);
  }

  public void undoDelete() {
    work.start(
        "bringing back a deleted node",
        progress -> session.undoDelete(),
        node -> {
          if (node.isEmpty()) {
            undeletable.set(false);
            problems.warning("No node was deleted since the window opened.");
          }
        });
  }

  /** Asks what thinning would remove; {@link #thinningProperty} has the answer. */
  public void previewThinning() {
    work.start(
        "looking what could be thinned out",
        progress -> session.thinningPreview(),
        preview -> {
          if (preview.nodes().isEmpty()) {
            problems.information(
                "There is nothing to thin out: every node was taken by hand, is named, pinned, noted"
                    + " or tagged, or is a beginning, a branch point or the end of a branch.");
          }
          thinning.set(Optional.of(preview).filter(some -> !some.nodes().isEmpty()));
        });
  }

  /** Removes the nodes of the preview that is shown. */
  public void thinOut() {
    Optional<ThinningPreview> preview = thinning.get();
    thinning.set(Optional.empty());
    preview.ifPresent(
        some -> work.act("thinning out automatic nodes", () -> thinned(session.thinOut(some))));
  }

  private static void thinned(Thinned done) {
    LOG.info("{} nodes were thinned out, which gave {} bytes back", done.nodes(), done.bytes());
  }

  /** Nothing is to be thinned out. */
  public void dismissThinning() {
    thinning.set(Optional.empty());
  }

  /** What thinning would remove, while a person makes up his mind. */
  public ReadOnlyObjectProperty<Optional<ThinningPreview>> thinningProperty() {
    return thinning.getReadOnlyProperty();
  }

  /** Sets the session's disk budget as a person typed it. */
  public void budget(String text) {
    OptionalLong bytes = BytesInput.parse(text);
    if (bytes.isEmpty()) {
      problems.warning(
          "\""
              + text.strip()
              + "\" is no size, so the budget stays. Write it like 500 MB or 5 GB.");
      return;
    }
    work.act("setting the disk budget", () -> session.setBudget(bytes.getAsLong()));
  }

  public void autoSnapshots(Optional<Duration> every) {
    session.autoSnapshots(every);
    autoSnapshots.set(every);
    rememberAuto.accept(every);
  }

  /**
   * Goes on as it was with this guest before.
   *
   * @param remember told what a person chooses from now on
   */
  public void autoSnapshotsAsBefore(
      Optional<Duration> every, Consumer<Optional<Duration>> remember) {
    autoSnapshots(every);
    rememberAuto = remember;
  }

  private boolean known(NodeId node) {
    return shown.timelineProperty().get().find(node).isPresent();
  }

  private void change(NodeId id, String title, Change change) {
    shown.timelineProperty().get().find(id).ifPresent(n -> work.act(title, () -> change.apply(n)));
  }

  private interface Change {
    void apply(Node node) throws Exception;
  }

  private void moved(RevertDone revert) {
    lastRevert.set(Optional.of(revert));
    shown.update(session.timeline());
    shown.showLive();
    sample();
  }

  /** Brings the session's events onto the fx thread. */
  private final class Hop implements OpenSession.Listener {
    private final Executor fxThread;

    Hop(Executor fxThread) {
      this.fxThread = Objects.requireNonNull(fxThread);
    }

    @Override
    public void timelineChanged() {
      fxThread.execute(() -> shown.update(session.timeline()));
    }

    @Override
    public void problem(String what) {
      fxThread.execute(() -> problems.error(what));
    }
  }
}

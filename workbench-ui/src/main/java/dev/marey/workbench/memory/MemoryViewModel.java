package dev.marey.workbench.memory;

import dev.marey.diff.view.HexSource;
import dev.marey.machine.RunState;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeState;
import dev.marey.workbench.session.LiveSample;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.TaskService;
import java.util.Optional;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;

/**
 * Which memory is shown: that of the shown node, or of the live guest while it is paused.
 *
 * <p>Threading: fx.
 */
public final class MemoryViewModel {

  private record Instant(Optional<Node> node, boolean stopped, LiveSample at, int resets) {}

  private final OpenSession session;
  private final SessionViewModel live;
  private final ShownViewModel shown;
  private final TaskService tasks;
  private final ReadOnlyObjectWrapper<Optional<HexSource>> source =
      new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyStringWrapper header = new ReadOnlyStringWrapper("");
  private final ReadOnlyBooleanWrapper offersPause = new ReadOnlyBooleanWrapper();
  private Optional<Instant> showing = Optional.empty();

  public MemoryViewModel(SessionViewModel live, ShownViewModel shown, TaskService tasks) {
    this.session = live.session();
    this.live = live;
    this.shown = shown;
    this.tasks = tasks;
    shown.shownProperty().addListener((property, before, after) -> follow());
    shown.timelineProperty().addListener((property, before, after) -> follow());
    live.liveProperty().addListener((property, before, after) -> follow());
    live.resetsProperty().addListener((property, before, after) -> follow());
    follow();
  }

  /** Bytes to show; empty when there are none. */
  public ReadOnlyObjectProperty<Optional<HexSource>> sourceProperty() {
    return source.getReadOnlyProperty();
  }

  public ReadOnlyStringProperty headerProperty() {
    return header.getReadOnlyProperty();
  }

  /** Whether pausing the guest would fill the view. */
  public ReadOnlyBooleanProperty offersPauseProperty() {
    return offersPause.getReadOnlyProperty();
  }

  public void pause() {
    live.pause();
  }

  private void follow() {
    LiveSample sample = live.liveProperty().get();
    boolean stopped =
        sample.runState() == RunState.PAUSED
            || sample.runState() == RunState.SHUTDOWN
            || sample.runState() == RunState.CRASHED;
    Optional<Node> node = shown.shownNode();
    boolean past = node.isPresent();
    int resets = past ? 0 : live.resetsProperty().get();
    Instant now = new Instant(node, stopped, steady(sample, past || !stopped), resets);
    if (showing.equals(Optional.of(now))) {
      return;
    }
    showing = Optional.of(now);
    offersPause.set(node.isEmpty() && sample.runState() == RunState.RUNNING);
    if (node.isPresent()) {
      showNode(node.get());
    } else if (stopped) {
      header.set("Memory of the paused guest");
      source.set(session.ramLayout().map(layout -> HexSource.of(session.liveRam(), layout)));
    } else {
      header.set("Memory");
      source.set(Optional.empty());
    }
  }

  /** What of a sample makes another instant; counters that only load or save do not. */
  private static LiveSample steady(LiveSample sample, boolean irrelevant) {
    LiveSample none = LiveSample.NONE;
    if (irrelevant) {
      return none;
    }
    return new LiveSample(
        sample.runState(),
        sample.guestTime(),
        sample.base(),
        sample.differs(),
        none.saving(),
        0,
        0,
        0,
        0,
        false,
        false,
        false,
        0,
        0);
  }

  private void showNode(Node node) {
    header.set("Memory at " + node.title());
    source.set(Optional.empty());
    boolean readable = node.state() == NodeState.COMPLETE || node.state() == NodeState.DAMAGED;
    if (!readable || session.ramLayout().isEmpty()) {
      header.set("Memory at " + node.title() + " cannot be read yet");
      return;
    }
    tasks.start(
        BackgroundTask.of(
                "reading the memory of " + node.id(),
                progress -> HexSource.of(session.ramOf(node.id()), session.ramLayout().get()))
            .onSuccess(
                bytes -> {
                  if (shown.shownProperty().get().equals(Optional.of(node.id()))) {
                    source.set(Optional.of(bytes));
                  }
                })
            .onFailure(
                failure -> {
                  if (shown.shownProperty().get().equals(Optional.of(node.id()))) {
                    header.set(
                        "Memory at " + node.title() + " cannot be read: " + failure.getMessage());
                  }
                }));
  }
}

package dev.marey.workbench.device;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeState;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.session.ShownState;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.RunningTask;
import dev.marey.workbench.tasks.TaskService;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/**
 * The device state of the shown node, filtered.
 *
 * <p>Threading: fx.
 */
public final class DeviceStateViewModel {

  private final OpenSession session;
  private final SessionViewModel live;
  private final ShownViewModel shown;
  private final TaskService tasks;
  private final StringProperty filter = new SimpleStringProperty("");
  private final ReadOnlyObjectWrapper<List<DeviceRow>> rows =
      new ReadOnlyObjectWrapper<>(List.of());
  private final ReadOnlyStringWrapper header = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper message = new ReadOnlyStringWrapper("");
  private final ReadOnlyBooleanWrapper offersSnapshot = new ReadOnlyBooleanWrapper();
  private final ReadOnlyBooleanWrapper offersPause = new ReadOnlyBooleanWrapper();
  private List<DeviceRow> all = List.of();
  private Optional<ShownState> showing = Optional.empty();
  private Optional<RunningTask> running = Optional.empty();

  public DeviceStateViewModel(SessionViewModel live, ShownViewModel shown, TaskService tasks) {
    this.session = live.session();
    this.live = live;
    this.shown = shown;
    this.tasks = tasks;
    filter.addListener((property, before, now) -> filterRows());
    shown.shownProperty().addListener((property, before, now) -> follow());
    shown.timelineProperty().addListener((property, before, now) -> follow());
    live.liveProperty().addListener((property, before, now) -> follow());
    live.resetsProperty().addListener((property, before, now) -> follow());
    follow();
  }

  /** What rows must contain; empty for all. */
  public StringProperty filterProperty() {
    return filter;
  }

  /** Devices with what the filter leaves of them. */
  public ReadOnlyObjectProperty<List<DeviceRow>> rowsProperty() {
    return rows.getReadOnlyProperty();
  }

  public ReadOnlyStringProperty headerProperty() {
    return header.getReadOnlyProperty();
  }

  /** Why there are no rows. */
  public ReadOnlyStringProperty messageProperty() {
    return message.getReadOnlyProperty();
  }

  /** Whether a snapshot would fill the view. */
  public ReadOnlyBooleanProperty offersSnapshotProperty() {
    return offersSnapshot.getReadOnlyProperty();
  }

  /** Whether pausing the guest would fill the view. */
  public ReadOnlyBooleanProperty offersPauseProperty() {
    return offersPause.getReadOnlyProperty();
  }

  public void pause() {
    live.pause();
  }

  private void follow() {
    offersSnapshot.set(shown.timelineProperty().get().nodes().isEmpty());
    ShownState now = ShownState.of(shown, live);
    offersPause.set(now.running());
    if (now.readable()) {
      if (!showing.equals(Optional.of(now))) {
        read(now);
      }
      return;
    }
    forget();
    header.set(title(now));
    message.set(
        shown
            .shownNode()
            .map(DeviceStateViewModel::unreadable)
            .orElse("Devices are shown while the guest is paused, or of the selected node."));
  }

  private static String unreadable(Node node) {
    return node.state() == NodeState.SAVING
        ? node.id() + " is still being saved; its devices appear when it is complete."
        : node.id() + " was not completed: " + node.reason() + " Select another node.";
  }

  private void forget() {
    running.ifPresent(RunningTask::cancel);
    running = Optional.empty();
    showing = Optional.empty();
    all = List.of();
    rows.set(all);
  }

  private void read(ShownState state) {
    running.ifPresent(RunningTask::cancel);
    showing = Optional.of(state);
    all = List.of();
    rows.set(all);
    header.set(title(state));
    message.set("Reading the devices of " + state.whose() + "…");
    running =
        Optional.of(
            tasks.start(
                BackgroundTask.of(
                        "reading the devices of " + state.whose(),
                        progress -> state.read(session).map(DeviceRow::of))
                    .onSuccess(found -> arrived(state, found))
                    .onFailure(failure -> failed(state, failure))));
  }

  private static String title(ShownState state) {
    String live = state.readable() ? "Of the paused guest" : "Device state";
    return state.node().map(id -> "At " + id).orElse(live);
  }

  private void arrived(ShownState state, Optional<List<DeviceRow>> found) {
    if (showing.equals(Optional.of(state))) {
      all = found.orElse(List.of());
      message.set("The guest runs again. Pause it to see its devices.");
      filterRows();
    }
  }

  private void failed(ShownState state, Exception failure) {
    if (showing.equals(Optional.of(state))) {
      message.set("The devices of " + state.whose() + " cannot be read: " + failure.getMessage());
    }
  }

  private void filterRows() {
    List<DeviceRow> found = DeviceRow.filtered(all, filter.get());
    if (!all.isEmpty()) {
      String fields = String.format(Locale.ROOT, "%,d fields", DeviceRow.fieldCount(all));
      String left =
          filter.get().isBlank()
              ? ""
              : String.format(Locale.ROOT, "%,d of ", DeviceRow.fieldCount(found));
      header.set(showing.map(DeviceStateViewModel::title).orElse("") + " · " + left + fields);
      message.set("No field matches the filter.");
    }
    rows.set(found);
  }
}

package dev.marey.workbench.device;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.workbench.session.OpenSession;
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
  private final ShownViewModel shown;
  private final TaskService tasks;
  private final StringProperty filter = new SimpleStringProperty("");
  private final ReadOnlyObjectWrapper<List<DeviceRow>> rows =
      new ReadOnlyObjectWrapper<>(List.of());
  private final ReadOnlyStringWrapper header = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper message = new ReadOnlyStringWrapper("");
  private final ReadOnlyBooleanWrapper offersSnapshot = new ReadOnlyBooleanWrapper();
  private List<DeviceRow> all = List.of();
  private Optional<NodeId> showing = Optional.empty();
  private Optional<RunningTask> running = Optional.empty();

  public DeviceStateViewModel(OpenSession session, ShownViewModel shown, TaskService tasks) {
    this.session = session;
    this.shown = shown;
    this.tasks = tasks;
    filter.addListener((property, before, now) -> filterRows());
    shown.shownProperty().addListener((property, before, now) -> follow());
    shown.timelineProperty().addListener((property, before, now) -> follow());
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

  private void follow() {
    Optional<Node> node = shown.shownNode();
    Optional<NodeId> readable =
        node.filter(n -> n.state() == NodeState.COMPLETE || n.state() == NodeState.DAMAGED)
            .map(Node::id);
    offersSnapshot.set(shown.timelineProperty().get().nodes().isEmpty());
    if (readable.isEmpty()) {
      forget();
      header.set(node.map(n -> "At " + n.id()).orElse("Device state"));
      message.set(
          node.map(DeviceStateViewModel::unreadable)
              .orElse("The devices of the selected node are listed here, field by field."));
    } else if (!readable.equals(showing)) {
      read(readable.get());
    }
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

  private void read(NodeId id) {
    running.ifPresent(RunningTask::cancel);
    showing = Optional.of(id);
    header.set("At " + id);
    message.set("Reading the devices of " + id + "…");
    running =
        Optional.of(
            tasks.start(
                BackgroundTask.of(
                        "reading the devices of " + id,
                        progress -> DeviceRow.of(session.stateOf(id)))
                    .onSuccess(found -> arrived(id, found))
                    .onFailure(failure -> failed(id, failure))));
  }

  private void arrived(NodeId id, List<DeviceRow> found) {
    if (showing.equals(Optional.of(id))) {
      all = found;
      filterRows();
    }
  }

  private void failed(NodeId id, Exception failure) {
    if (showing.equals(Optional.of(id))) {
      all = List.of();
      rows.set(all);
      message.set("The devices of " + id + " cannot be read: " + failure.getMessage());
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
      header.set("At " + showing.map(NodeId::toString).orElse("") + " · " + left + fields);
      message.set("No field matches the filter.");
    }
    rows.set(found);
  }
}

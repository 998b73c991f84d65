package dev.marey.workbench.registers;

import dev.marey.machine.state.Register;
import dev.marey.machine.state.Registers;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.TaskService;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/**
 * Registers of the shown node, all virtual CPUs below each other.
 *
 * <p>Threading: fx.
 */
public final class RegistersViewModel {

  /**
   * A register of one CPU.
   *
   * @param name with the CPU's number in front when there are several
   */
  public record Row(String name, String value, String decoded) {}

  private final OpenSession session;
  private final ShownViewModel shown;
  private final TaskService tasks;
  private final ObservableList<Row> rows = FXCollections.observableArrayList();
  private final ReadOnlyStringWrapper header = new ReadOnlyStringWrapper("Registers");
  private Optional<NodeId> showing = Optional.empty();

  public RegistersViewModel(OpenSession session, ShownViewModel shown, TaskService tasks) {
    this.session = session;
    this.shown = shown;
    this.tasks = tasks;
    shown.shownProperty().addListener((property, before, after) -> follow());
    shown.timelineProperty().addListener((property, before, after) -> follow());
    follow();
  }

  public ObservableList<Row> rows() {
    return FXCollections.unmodifiableObservableList(rows);
  }

  public ReadOnlyStringProperty headerProperty() {
    return header.getReadOnlyProperty();
  }

  private void follow() {
    Optional<NodeId> readable =
        shown
            .shownNode()
            .filter(node -> node.state() == NodeState.COMPLETE || node.state() == NodeState.DAMAGED)
            .map(Node::id);
    if (readable.equals(showing)) {
      return;
    }
    showing = readable;
    rows.clear();
    header.set(readable.map(id -> "Registers at " + id).orElse("Registers"));
    readable.ifPresent(
        id ->
            tasks.start(
                BackgroundTask.of(
                        "reading the registers of " + id,
                        progress -> Registers.of(session.stateOf(id)))
                    .onSuccess(
                        cpus -> {
                          if (showing.equals(Optional.of(id))) {
                            show(id, cpus);
                          }
                        })));
  }

  private void show(NodeId id, List<Registers> cpus) {
    for (Registers cpu : cpus) {
      String prefix = cpus.size() == 1 ? "" : cpu.cpu() + ": ";
      for (Register register : cpu.all()) {
        rows.add(new Row(prefix + register.name(), register.hex(), register.decoded()));
      }
    }
    String mode = cpus.stream().findFirst().map(cpu -> " · " + cpu.mode()).orElse("");
    header.set("Registers at " + id + mode);
  }
}

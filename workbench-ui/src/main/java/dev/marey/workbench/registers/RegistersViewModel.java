package dev.marey.workbench.registers;

import dev.marey.machine.RunState;
import dev.marey.machine.state.Register;
import dev.marey.machine.state.Registers;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.workbench.session.LiveSample;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.TaskService;
import dev.marey.workbench.tasks.Work;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/**
 * Registers of the shown node, or of the live guest while it is paused; all virtual CPUs below each
 * other.
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

  /** What makes another set of registers: the node, or else where the present stands still. */
  private record Instant(
      Optional<NodeId> node, RunState state, Optional<NodeId> base, boolean ran, int resets) {}

  private final OpenSession session;
  private final SessionViewModel live;
  private final ShownViewModel shown;
  private final TaskService tasks;
  private final ObservableList<Row> rows = FXCollections.observableArrayList();
  private final ReadOnlyStringWrapper header = new ReadOnlyStringWrapper("Registers");
  private final ReadOnlyStringWrapper hint = new ReadOnlyStringWrapper("");
  private final ReadOnlyBooleanWrapper offersPause = new ReadOnlyBooleanWrapper();
  private Optional<Instant> showing = Optional.empty();

  public RegistersViewModel(SessionViewModel live, ShownViewModel shown, TaskService tasks) {
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

  public ObservableList<Row> rows() {
    return FXCollections.unmodifiableObservableList(rows);
  }

  public ReadOnlyStringProperty headerProperty() {
    return header.getReadOnlyProperty();
  }

  /** Why there are no rows. */
  public ReadOnlyStringProperty hintProperty() {
    return hint.getReadOnlyProperty();
  }

  /** Whether pausing the guest would fill the view. */
  public ReadOnlyBooleanProperty offersPauseProperty() {
    return offersPause.getReadOnlyProperty();
  }

  public void pause() {
    live.pause();
  }

  private void follow() {
    Optional<Node> node = shown.shownNode();
    LiveSample sample = live.liveProperty().get();
    boolean still = sample.runState() == RunState.PAUSED || sample.runState() == RunState.CRASHED;
    boolean readable =
        node.filter(n -> n.state() == NodeState.COMPLETE || n.state() == NodeState.DAMAGED)
            .isPresent();
    Instant now;
    if (node.isPresent()) {
      RunState told = readable ? RunState.PAUSED : RunState.INCOMING;
      now = new Instant(node.map(Node::id), told, Optional.empty(), false, 0);
    } else if (still) {
      int resets = live.resetsProperty().get();
      now =
          new Instant(
              Optional.empty(), sample.runState(), sample.base(), sample.ranSinceBase(), resets);
    } else {
      now = new Instant(Optional.empty(), sample.runState(), Optional.empty(), false, 0);
    }
    if (showing.equals(Optional.of(now))) {
      return;
    }
    showing = Optional.of(now);
    rows.clear();
    offersPause.set(node.isEmpty() && sample.runState() == RunState.RUNNING);
    if (readable) {
      NodeId id = node.orElseThrow().id();
      read(now, "Registers at " + id, "reading the registers of " + id, () -> session.stateOf(id));
    } else if (node.isPresent()) {
      header.set("Registers at " + node.get().id());
      hint.set("The registers of " + node.get().id() + " can be read when it is saved.");
    } else if (still) {
      read(
          now,
          "Registers of the paused guest",
          "reading the registers of the guest",
          session::liveState);
    } else {
      header.set("Registers");
      hint.set("Registers are shown while the guest is paused, or of the selected node.");
    }
  }

  private interface StateRead {
    dev.marey.machine.state.StateTree run() throws Exception;
  }

  private void read(Instant instant, String title, String task, StateRead state) {
    header.set(title);
    hint.set("Reading…");
    Work<List<Registers>> work = progress -> Registers.of(state.run());
    tasks.start(
        BackgroundTask.of(task, work)
            .onSuccess(
                cpus -> {
                  if (showing.equals(Optional.of(instant))) {
                    show(title, cpus);
                  }
                })
            .onFailure(
                failure -> {
                  if (showing.equals(Optional.of(instant))) {
                    hint.set(String.valueOf(failure.getMessage()));
                  }
                }));
  }

  private void show(String title, List<Registers> cpus) {
    for (Registers cpu : cpus) {
      String prefix = cpus.size() == 1 ? "" : cpu.cpu() + ": ";
      for (Register register : cpu.all()) {
        rows.add(new Row(prefix + register.name(), register.hex(), register.decoded()));
      }
    }
    String mode = cpus.stream().findFirst().map(cpu -> " · " + cpu.mode()).orElse("");
    header.set(title + mode);
  }
}

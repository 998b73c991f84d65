package dev.marey.workbench.registers;

import dev.marey.machine.state.Register;
import dev.marey.machine.state.Registers;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.session.ShownState;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.TaskService;
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

  private static final String RUNS_AGAIN = "The guest runs again. Pause it to see its registers.";

  private final OpenSession session;
  private final SessionViewModel live;
  private final ShownViewModel shown;
  private final TaskService tasks;
  private final ObservableList<Row> rows = FXCollections.observableArrayList();
  private final ObservableList<Row> rowsSeen = FXCollections.unmodifiableObservableList(rows);
  private final ReadOnlyStringWrapper header = new ReadOnlyStringWrapper("Registers");
  private final ReadOnlyStringWrapper hint = new ReadOnlyStringWrapper("");
  private final ReadOnlyBooleanWrapper offersPause = new ReadOnlyBooleanWrapper();
  private Optional<ShownState> showing = Optional.empty();

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
    return rowsSeen;
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
    ShownState now = ShownState.of(shown, live);
    if (showing.equals(Optional.of(now))) {
      return;
    }
    showing = Optional.of(now);
    rows.clear();
    offersPause.set(now.running());
    header.set("Registers" + now.where());
    if (now.readable()) {
      read(now);
    } else {
      hint.set(
          now.node()
              .map(id -> "The registers of " + id + " can be read when it is saved.")
              .orElse("Registers are shown while the guest is paused, or of the selected node."));
    }
  }

  private void read(ShownState state) {
    hint.set("Reading…");
    tasks.start(
        BackgroundTask.of(
                "reading the registers" + state.where(),
                progress -> state.read(session).map(Registers::of))
            .onSuccess(
                cpus -> {
                  if (showing.equals(Optional.of(state))) {
                    cpus.ifPresentOrElse(
                        found -> show("Registers" + state.where(), found),
                        () -> hint.set(RUNS_AGAIN));
                  }
                })
            .onFailure(
                failure -> {
                  if (showing.equals(Optional.of(state))) {
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

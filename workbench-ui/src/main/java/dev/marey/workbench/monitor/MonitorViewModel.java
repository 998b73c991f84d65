package dev.marey.workbench.monitor;

import dev.marey.machine.console.MonitorAnswer;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.SnapshotException;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.TaskService;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;

/**
 * Lines for QEMU's monitor of the live guest and what it answered. What Marey does itself, such as
 * {@code stop} or {@code savevm}, it does as if its own command had been given.
 *
 * <p>Threading: fx.
 */
public final class MonitorViewModel {

  /** What the empty view offers to try. */
  public static final String EXAMPLE = "info status";

  private static final String PROMPT = "(qemu) ";
  private static final int MOST_CHARS = 200_000;

  private final SessionViewModel session;
  private final ShownViewModel shown;
  private final TaskService tasks;
  private final LineHistory history = new LineHistory();
  private final ReadOnlyStringWrapper output = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper header = new ReadOnlyStringWrapper("");
  private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper();

  public MonitorViewModel(SessionViewModel session, ShownViewModel shown, TaskService tasks) {
    this.session = session;
    this.shown = shown;
    this.tasks = tasks;
    shown.shownProperty().addListener((property, before, now) -> follow());
    follow();
  }

  /** Lines with their answers; the oldest go when it gets long. */
  public ReadOnlyStringProperty outputProperty() {
    return output.getReadOnlyProperty();
  }

  public ReadOnlyStringProperty headerProperty() {
    return header.getReadOnlyProperty();
  }

  /** Whether a line is being answered. */
  public ReadOnlyBooleanProperty busyProperty() {
    return busy.getReadOnlyProperty();
  }

  /** The line typed before, for the one that is shown. */
  public String older(String line) {
    return history.older(line);
  }

  public String newer(String line) {
    return history.newer(line);
  }

  /**
   * Gives a line to the monitor.
   *
   * @return whether it was taken; the line before may not be answered yet
   */
  public boolean run(String line) {
    if (busy.get() || line.isBlank()) {
      return false;
    }
    history.add(line.strip());
    print(PROMPT + line.strip() + "\n");
    busy.set(true);
    tasks.start(
        BackgroundTask.of(
                "QEMU monitor: " + line.strip(), progress -> session.session().monitor(line))
            .uncancellable()
            .onSuccess(this::answered)
            .onFailure(failure -> print(failure.getMessage() + "\n"))
            .onFinished(() -> busy.set(false)));
    return true;
  }

  private void answered(MonitorAnswer answer) {
    if (answer instanceof MonitorAnswer.Output text) {
      print(text.text());
    } else if (answer instanceof MonitorAnswer.Refused refused) {
      print(refused.reason() + "\n");
    } else if (answer instanceof MonitorAnswer.UseInstead instead) {
      print(instead(instead) + "\n");
    }
  }

  private String instead(MonitorAnswer.UseInstead wanted) {
    return switch (wanted.action()) {
      case RESUME -> {
        session.run();
        yield "Marey lets the guest run.";
      }
      case PAUSE -> {
        session.pause();
        yield "Marey pauses the guest.";
      }
      case RESET -> {
        session.reset();
        yield "Marey resets the guest.";
      }
      case SNAPSHOT -> {
        session.snapshot(wanted.argument());
        yield "Marey takes a snapshot; it appears on the timeline.";
      }
      case REVERT -> revert(wanted.argument());
      case QUIT ->
          "'quit' is not run: the present would be lost. Close the session instead, which keeps it"
              + " as a node: File, Close session.";
    };
  }

  private String revert(String name) {
    try {
      Node node = session.session().find(name);
      session.revert(node.id(), false);
      return "Marey goes back to " + node.id() + "; the present is kept as a node.";
    } catch (SnapshotException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void print(String text) {
    String all = output.get() + text;
    if (all.length() > MOST_CHARS) {
      int cut = all.indexOf('\n', all.length() - MOST_CHARS);
      all = all.substring(cut + 1);
    }
    output.set(all);
  }

  private void follow() {
    header.set(
        shown
            .shownNode()
            .map(node -> "Acts on the live guest, not on " + node.title())
            .orElse("QEMU's monitor of the live guest"));
  }
}

package dev.marey.workbench.shell;

import dev.marey.machine.RunState;
import dev.marey.workbench.session.LiveSample;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import javafx.scene.control.Label;
import org.controlsfx.control.StatusBar;

/**
 * The status bar.
 *
 * <p>Threading: fx.
 */
final class StatusLine extends StatusBar {

  private final SessionViewModel session;
  private final ShownViewModel shown;
  private final Label state = label("status-state");
  private final Label time = label("status-time");
  private final Label saving = label("status-saving");
  private final Label loading = label("status-loading");
  private final Label past = label("status-past");
  private final Label size = label("status-size");

  StatusLine(SessionViewModel session, ShownViewModel shown) {
    this.session = session;
    this.shown = shown;
    setId("status");
    getStyleClass().add("status-line");
    past.getStyleClass().add("past");
    setText("");
    getLeftItems().setAll(state, time, saving, loading);
    getRightItems().setAll(past, size);
    session.liveProperty().addListener((property, before, after) -> show());
    shown.shownProperty().addListener((property, before, after) -> show());
    shown.pastProperty().addListener((property, before, after) -> show());
    show();
  }

  private void show() {
    LiveSample live = session.liveProperty().get();
    boolean guest = session.hasGuest();
    state.setText(StatusText.state(live.runState(), guest));
    mark(state, "running", live.runState() == RunState.RUNNING);
    mark(state, "danger", live.runState() == RunState.CRASHED || live.runState() == RunState.ENDED);
    set(time, guest ? StatusText.guestTime(live) : "");
    set(saving, StatusText.saving(live));
    set(loading, StatusText.loading(live));
    set(
        past,
        shown.pastProperty().get()
            ? StatusText.instant(shown.shownNode(), live, guest)
                + (guest ? " · Esc: back to live" : "")
            : "");
    set(size, StatusText.size(live));
  }

  private static void set(Label label, String text) {
    label.setText(text);
    label.setVisible(!text.isEmpty());
    label.setManaged(!text.isEmpty());
  }

  private static void mark(Label label, String styleClass, boolean on) {
    label.getStyleClass().remove(styleClass);
    if (on) {
      label.getStyleClass().add(styleClass);
    }
  }

  private static Label label(String id) {
    Label label = new Label();
    label.setId(id);
    return label;
  }
}

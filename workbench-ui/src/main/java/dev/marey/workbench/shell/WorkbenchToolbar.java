package dev.marey.workbench.shell;

import dev.marey.machine.RunState;
import dev.marey.workbench.command.Command;
import dev.marey.workbench.command.Commands;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.timeline.NodeText;
import java.util.List;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.css.PseudoClass;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.Separator;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * The toolbar: run controls, snapshots, what has just happened, and which instant is shown.
 *
 * <p>Threading: fx.
 */
final class WorkbenchToolbar extends HBox {

  private static final double TEXTS_FIT = 960;

  WorkbenchToolbar(
      Commands commands, SessionViewModel session, ShownViewModel shown, Notices notices) {
    getStyleClass().add("workbench-toolbar");
    setId("toolbar");
    getChildren()
        .addAll(
            Buttons.of(commands.get("guest.run"), "Run"),
            Buttons.of(commands.get("guest.pause"), "Pause"),
            separator(),
            Buttons.of(commands.get("guest.snapshot"), "Snapshot"),
            auto(commands, session),
            separator(),
            Buttons.of(commands.get("time.back"), ""),
            Buttons.of(commands.get("time.forward"), ""),
            notices);
    HBox.setHgrow(notices, Priority.ALWAYS);
    Button revert = Buttons.of(commands.get("time.revert"), "Revert here");
    Button live = Buttons.of(commands.get("time.live"), "Back to live");
    for (Button button : List.of(revert, live)) {
      BooleanBinding offered =
          Bindings.createBooleanBinding(
              () -> session.hasGuest() && shown.pastProperty().get(), shown.pastProperty());
      button.visibleProperty().bind(offered);
      button.managedProperty().bind(offered);
    }
    Label instant = new Label();
    instant.setId("instant");
    instant.setMinWidth(Region.USE_PREF_SIZE);
    instant.getStyleClass().add("instant");
    instant
        .textProperty()
        .bind(
            Bindings.createStringBinding(
                () ->
                    StatusText.instant(
                        shown.shownNode(), session.liveProperty().get(), session.hasGuest()),
                shown.shownProperty(),
                shown.timelineProperty(),
                session.liveProperty()));
    shown.pastProperty().addListener((property, before, past) -> dress(instant, shown, session));
    session.liveProperty().addListener((property, before, now) -> dress(instant, shown, session));
    dress(instant, shown, session);
    getChildren().addAll(revert, live, instant);
    widthProperty().addListener((property, before, width) -> fit(width.doubleValue()));
  }

  /** Where the texts have no room, the icons stay. */
  private void fit(double width) {
    ContentDisplay display = width < TEXTS_FIT ? ContentDisplay.GRAPHIC_ONLY : ContentDisplay.LEFT;
    for (Node child : getChildren()) {
      if (child instanceof Button button && button.getGraphic() != null) {
        button.setContentDisplay(display);
      }
    }
  }

  private static void dress(Label instant, ShownViewModel shown, SessionViewModel session) {
    boolean ended = session.liveProperty().get().runState() == RunState.ENDED;
    String style = shown.pastProperty().get() ? "past" : ended ? "ended" : "";
    instant.getStyleClass().removeAll("past", "ended");
    if (!style.isEmpty()) {
      instant.getStyleClass().add(style);
    }
  }

  private static MenuButton auto(Commands commands, SessionViewModel session) {
    MenuButton button = new MenuButton();
    button.setId("auto-snapshots");
    button.setMinWidth(Region.USE_PREF_SIZE);
    button.setGraphic(new FontIcon("codicon-watch"));
    button.setTooltip(new Tooltip("Take nodes by itself while the guest runs"));
    button
        .textProperty()
        .bind(
            session
                .autoSnapshotsProperty()
                .map(every -> every.map(d -> "auto: " + NodeText.every(d)).orElse("auto: off")));
    for (Command command : commands.all()) {
      if (command.id().startsWith("auto.")) {
        button.getItems().add(Buttons.item(command));
      }
    }
    button.disableProperty().bind(session.aliveProperty().not());
    return button;
  }

  private static Separator separator() {
    Separator separator = new Separator(Orientation.VERTICAL);
    separator.pseudoClassStateChanged(PseudoClass.getPseudoClass("toolbar"), true);
    return separator;
  }
}

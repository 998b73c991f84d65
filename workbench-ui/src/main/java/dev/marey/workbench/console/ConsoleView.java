package dev.marey.workbench.console;

import dev.marey.workbench.command.Commands;
import dev.marey.workbench.command.GuestInput;
import dev.marey.workbench.theme.Theme;
import javafx.scene.AccessibleAttribute;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/**
 * The serial console as a terminal, and a second one for what it was at past nodes.
 *
 * <p>Threading: fx.
 */
public final class ConsoleView extends BorderPane {

  private final ConsoleViewModel model;
  private final ConsoleTerminal live;
  private final ConsoleTerminal past;
  private final TerminalLook look;

  public ConsoleView(ConsoleViewModel model, Theme theme, int textSize) {
    this.model = model;
    setId("console");
    getStyleClass().add("view");
    GuestInput.mark(this, model.showsPastProperty());
    setAccessibleRole(AccessibleRole.TEXT_AREA);
    look = new TerminalLook(theme, textSize);
    live = new ConsoleTerminal(model.live(), look, model::goBefore);
    past = new ConsoleTerminal(model.past(), look, model::goBefore);
    setCenter(new StackPane(live.getPane(), past.getPane()));
    live.getPane().visibleProperty().bind(model.showsPastProperty().not());
    past.getPane().visibleProperty().bind(model.showsPastProperty());
    setTop(bar());
    focusWithinProperty().addListener((property, before, now) -> model.focused(now));
    Node keys = live.getPreferredFocusableNode();
    keys.setAccessibleText("Serial console of the guest; Ctrl+F12 leaves it");
    addEventHandler(
        KeyEvent.ANY,
        event -> {
          if (!model.showsPastProperty().get() && !Commands.belongsToWindow(event)) {
            event.consume();
          }
        });
    past.getPane().addEventFilter(KeyEvent.ANY, this::passOn);
    focusedProperty()
        .addListener(
            (property, before, now) -> {
              if (now) {
                focusTerminal();
              }
            });
  }

  /** A past terminal sends nothing, so it has no use for keys but those that copy and scroll. */
  private void passOn(KeyEvent event) {
    if (event.getTarget() == past.getPreferredFocusableNode() && !ofTerminal(event)) {
      event.consume();
      fireEvent(event.copyFor(event.getSource(), this));
    }
  }

  private static boolean ofTerminal(KeyEvent event) {
    return switch (event.getCode()) {
      case PAGE_UP, PAGE_DOWN -> true;
      case C, F -> event.isControlDown() && event.isShiftDown();
      default -> false;
    };
  }

  /** Takes another theme or text size. */
  public void restyle(Theme theme, int textSize) {
    look.change(theme, textSize);
    live.restyle();
    past.restyle();
  }

  /** Gives the keyboard to the guest. */
  public void focusTerminal() {
    (model.showsPastProperty().get() ? past : live).getPreferredFocusableNode().requestFocus();
  }

  /** The shown terminal's text, on screen and above, for screen readers. */
  @Override
  public @Nullable Object queryAccessibleAttribute(
      AccessibleAttribute attribute, Object... parameters) {
    return attribute == AccessibleAttribute.TEXT
        ? String.join("\n", (model.showsPastProperty().get() ? past : live).lines()).stripTrailing()
        : super.queryAccessibleAttribute(attribute, parameters);
  }

  ConsoleTerminal liveTerminal() {
    return live;
  }

  ConsoleTerminal pastTerminal() {
    return past;
  }

  private HBox bar() {
    Label header = new Label();
    header.textProperty().bind(model.headerProperty());
    Region gap = new Region();
    HBox.setHgrow(gap, Priority.ALWAYS);
    Label badge = new Label("keys go to guest · Ctrl+F12 leaves");
    badge.setId("console-keys-badge");
    badge.getStyleClass().add("badge");
    badge.visibleProperty().bind(model.takesKeysProperty());
    Label old = new Label("past");
    old.setId("console-past-badge");
    old.getStyleClass().addAll("badge", "past");
    old.visibleProperty().bind(model.showsPastProperty());
    old.managedProperty().bind(model.showsPastProperty());
    HBox box = new HBox(header, gap, badge, old);
    box.getStyleClass().add("view-bar");
    return box;
  }

  /** Ends the terminals' threads. */
  public void close() {
    model.close();
    live.close();
    past.close();
  }
}

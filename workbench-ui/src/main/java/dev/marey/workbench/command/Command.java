package dev.marey.workbench.command;

import java.util.List;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.value.ObservableBooleanValue;
import javafx.scene.input.KeyCombination;

/**
 * Something a person can do, wherever it is offered: menu, toolbar, palette or key.
 *
 * <p>Threading: fx.
 */
public final class Command {

  private final String id;
  private final String title;
  private final String icon;
  private final List<KeyCombination> keys;
  private final ReadOnlyBooleanWrapper enabled = new ReadOnlyBooleanWrapper(true);
  private final Runnable action;

  private Command(
      String id, String title, String icon, List<KeyCombination> keys, Runnable action) {
    this.id = id;
    this.title = title;
    this.icon = icon;
    this.keys = keys;
    this.action = action;
  }

  /**
   * A command that can always be done; see {@link #when}.
   *
   * @param id stable name such as {@code guest.snapshot}, also the id of its buttons
   * @param title what it does, for a person
   * @param icon Ikonli literal, empty for none
   * @param keys as JavaFX writes them, such as {@code Ctrl+Shift+S}
   */
  public static Command of(String id, String title, String icon, Runnable action, String... keys) {
    return new Command(
        id, title, icon, List.of(keys).stream().map(KeyCombination::valueOf).toList(), action);
  }

  /** Limits the command to when {@code condition} holds. */
  public Command when(ObservableBooleanValue condition) {
    enabled.bind(condition);
    return this;
  }

  public String id() {
    return id;
  }

  public String title() {
    return title;
  }

  public String icon() {
    return icon;
  }

  /** The first is the one that menus show. */
  public List<KeyCombination> keys() {
    return keys;
  }

  public ReadOnlyBooleanProperty enabledProperty() {
    return enabled.getReadOnlyProperty();
  }

  /** Does it if it can be done now. */
  public void run() {
    if (enabled.get()) {
      action.run();
    }
  }
}

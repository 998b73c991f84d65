package dev.marey.workbench.command;

import javafx.beans.value.ObservableBooleanValue;
import javafx.scene.Node;

/**
 * Controls whose keys go to the guest.
 *
 * <p>Threading: fx.
 */
public final class GuestInput {

  private static final String STYLE_CLASS = "guest-input";

  private GuestInput() {}

  /** Marks a control as such except while it shows the past, where there is no guest to type to. */
  public static void mark(Node control, ObservableBooleanValue past) {
    past.addListener((observable, before, now) -> set(control, !now));
    set(control, !past.get());
  }

  private static void set(Node control, boolean on) {
    control.getStyleClass().remove(STYLE_CLASS);
    if (on) {
      control.getStyleClass().add(STYLE_CLASS);
    }
  }

  /** Whether keys go to the guest while this has the focus. */
  public static boolean has(Node focused) {
    for (Node at = focused; at != null; at = at.getParent()) {
      if (at.getStyleClass().contains(STYLE_CLASS)) {
        return true;
      }
    }
    return false;
  }
}

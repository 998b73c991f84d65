package dev.marey.workbench.shell;

import dev.marey.workbench.tasks.FxThread;
import java.util.List;
import org.controlsfx.control.action.Action;

/**
 * The bar that says, when a guest has just been booted, what of its command line was left out or
 * changed.
 *
 * <p>Threading: fx.
 */
final class OptionsNotice extends Notice {

  OptionsNotice() {
    super("options-notice", "codicon-info", "options-show");
  }

  /**
   * Shows the bar when the window has it, unless nothing was changed.
   *
   * @param showAll shows the list of problems, which has them all
   */
  void tell(List<String> notices, FxThread fxThread, Runnable showAll) {
    if (!notices.isEmpty()) {
      // A bar without its skin would neither slide in nor come to rest.
      skinProperty()
          .addListener((property, before, skin) -> fxThread.later(() -> tell(notices, showAll)));
    }
  }

  private void tell(List<String> notices, Runnable showAll) {
    tell(
        words(notices),
        new Action(
            "Show in Problems",
            event -> {
              hide();
              showAll.run();
            }));
  }

  static String words(List<String> notices) {
    return notices.size() == 1
        ? notices.get(0)
        : notices.size() + " options of the command line were left out or changed.";
  }
}

package dev.marey.workbench.shell;

import java.util.List;

/**
 * The line that says, when a guest has just been booted, what of its command line was left out or
 * changed.
 *
 * <p>Threading: fx.
 */
final class OptionsNotice extends Notice {

  OptionsNotice() {
    super("options-notice", "codicon-info", "options-show");
  }

  /**
   * Shows the line unless nothing was changed.
   *
   * @param showAll shows the list of problems, which has them all
   */
  void tell(List<String> notices, Runnable showAll) {
    if (!notices.isEmpty()) {
      tell(
          words(notices),
          "Show in Problems",
          () -> {
            hide();
            showAll.run();
          });
    }
  }

  static String words(List<String> notices) {
    return notices.size() == 1
        ? notices.get(0)
        : notices.size() + " options of the command line were left out or changed.";
  }
}

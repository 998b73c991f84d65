package dev.marey.workbench.shell;

/**
 * The line that says why a session was opened without its guest, and offers to try again.
 *
 * <p>Threading: fx.
 */
final class GuestlessNotice extends Notice {

  GuestlessNotice() {
    super("guestless-notice", "codicon-debug-disconnect", "guestless-again");
  }

  /**
   * Shows the line.
   *
   * @param again opens the session anew
   */
  void tell(String reason, Runnable again) {
    tell(words(reason), "Try again", again);
  }

  static String words(String reason) {
    return "Snapshots can be looked at, but no guest runs: " + reason;
  }

  /** What it says is so until the session is opened anew. */
  @Override
  boolean yields() {
    return false;
  }
}

package dev.marey.workbench.shell;

import dev.marey.machine.RunState;
import dev.marey.snapshot.NodeId;
import dev.marey.workbench.command.Command;
import dev.marey.workbench.session.LiveSample;
import dev.marey.workbench.session.SessionViewModel;
import java.util.Optional;

/**
 * The line that says that QEMU is gone and what helps.
 *
 * <p>Threading: fx.
 */
final class EndedNotice extends Notice {

  private final SessionViewModel session;
  private final Command revive;
  private final Command close;
  private boolean ended;

  /**
   * A line for a session.
   *
   * @param revive goes back to the last node and runs on
   * @param close closes the session, when there is no node
   */
  EndedNotice(SessionViewModel session, Command revive, Command close) {
    super("ended-notice", "codicon-debug-disconnect", "ended-revive");
    this.session = session;
    this.revive = revive;
    this.close = close;
    session.liveProperty().addListener((property, before, now) -> follow(now));
    follow(session.liveProperty().get());
  }

  private void follow(LiveSample now) {
    boolean gone = session.hasGuest() && now.runState() == RunState.ENDED;
    if (gone == ended) {
      return;
    }
    ended = gone;
    if (!gone) {
      hide();
      return;
    }
    session.dismissNotice();
    Command helps = now.base().isPresent() ? revive : close;
    String title = now.base().map(id -> "Go back to " + id + " and run on").orElse(close.title());
    tell(words(now.base()), title, helps::run);
  }

  /** What it says is so until QEMU is back. */
  @Override
  boolean yields() {
    return false;
  }

  static String words(Optional<NodeId> base) {
    return base.isPresent()
        ? "QEMU has ended; Problems says why. All complete nodes are safe: go back to one to run on."
        : "QEMU has ended; Problems says why. There is no node to go back to: close the session, then"
            + " boot it again from the start page.";
  }
}

package dev.marey.workbench.shell;

import dev.marey.workbench.session.RevertDone;
import dev.marey.workbench.session.SessionViewModel;
import java.util.Optional;
import javafx.animation.PauseTransition;
import javafx.util.Duration;

/**
 * The line that says what a revert did and undoes it, for a while and as long as it can be undone.
 *
 * <p>Threading: fx.
 */
final class RevertNotice extends Notice {

  private static final Duration A_WHILE = Duration.seconds(30);

  private final SessionViewModel session;
  private final PauseTransition leaving = new PauseTransition(A_WHILE);
  private boolean toldAboutConnections;

  RevertNotice(SessionViewModel session) {
    super("revert-notice", "codicon-history", "revert-undo");
    this.session = session;
    session
        .lastRevertProperty()
        .addListener((property, before, revert) -> revert.ifPresentOrElse(this::show, this::hide));
    session
        .undoableProperty()
        .addListener(
            (property, before, undoable) -> {
              if (!undoable) {
                hide();
              }
            });
    visibleProperty()
        .addListener(
            (property, before, visible) -> {
              if (!visible) {
                leaving.stop();
                session.dismissNotice();
              }
            });
    leaving.setOnFinished(event -> hide());
    action().disableProperty().bind(session.undoableProperty().and(session.idleProperty()).not());
  }

  private void show(RevertDone done) {
    tell(words(done, toldAboutConnections), "Undo", session::undo);
    toldAboutConnections = true;
    leaving.playFromStart();
  }

  /** {@code Reverted to S12; the present is kept as S31.} The first time with a warning. */
  static String words(RevertDone done, boolean toldAboutConnections) {
    Optional<String> kept = done.kept().map(id -> "; the present is kept as " + id);
    String text = "Reverted to " + done.target() + kept.orElse("") + ".";
    return toldAboutConnections
        ? text
        : text + " Network connections the guest had open are gone after a revert.";
  }
}

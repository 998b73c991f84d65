package dev.marey.workbench.shell;

import dev.marey.workbench.session.RevertDone;
import dev.marey.workbench.session.SessionViewModel;
import java.util.Optional;
import org.controlsfx.control.action.Action;

/**
 * The bar that says what a revert did and undoes it.
 *
 * <p>Threading: fx.
 */
final class RevertNotice extends Notice {

  private final SessionViewModel session;
  private boolean toldAboutConnections;

  RevertNotice(SessionViewModel session) {
    super("revert-notice", "codicon-history", "revert-undo");
    this.session = session;
    session
        .lastRevertProperty()
        .addListener((property, before, revert) -> revert.ifPresentOrElse(this::show, this::hide));
    showingProperty()
        .addListener(
            (property, before, showing) -> {
              if (!showing) {
                session.dismissNotice();
              }
            });
  }

  private void show(RevertDone done) {
    Action undo = new Action("Undo", event -> session.undo());
    undo.disabledProperty().bind(session.undoableProperty().and(session.idleProperty()).not());
    tell(words(done, toldAboutConnections), undo);
    toldAboutConnections = true;
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

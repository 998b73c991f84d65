package dev.marey.workbench.shell;

import dev.marey.workbench.engine.EngineSessions;
import dev.marey.workbench.settings.Folders;
import dev.marey.workbench.settings.Settings;
import dev.marey.workbench.start.Beginning;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import javafx.application.Application;
import javafx.application.Platform;
import javafx.stage.Stage;

/**
 * The program with a window.
 *
 * <p>Threading: fx.
 */
public final class WorkbenchApplication extends Application {

  private final Folders folders;
  private final Beginning beginning;

  public WorkbenchApplication(Folders folders, Beginning beginning) {
    this.folders = folders;
    this.beginning = beginning;
  }

  /** JavaFX's own, held here because a logger that nobody holds forgets its level. */
  private static final Logger JAVAFX = Logger.getLogger("javafx");

  /** Opens the window; returns when it is closed. Called on a thread of the program's own. */
  public static void open(Folders folders, Beginning beginning) {
    // It warns at every start that it is on the class path, which is so on purpose.
    JAVAFX.setLevel(Level.SEVERE);
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    Platform.startup(
        () -> {
          try {
            Stage stage = new Stage();
            stage.setOnHidden(event -> closed.complete(true));
            new WorkbenchApplication(folders, beginning).start(stage);
          } catch (RuntimeException | Error e) {
            closed.completeExceptionally(e);
          }
        });
    closed.join();
  }

  @Override
  public void start(Stage stage) {
    MainWindow window =
        new MainWindow(
            stage, folders, new Settings(folders), new EngineSessions(folders.sessions()));
    window.show();
    window.start().begin(beginning);
  }
}

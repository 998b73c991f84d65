package dev.marey.workbench.shell;

import dev.marey.workbench.engine.EngineSessions;
import dev.marey.workbench.settings.Folders;
import dev.marey.workbench.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import javafx.application.Application;
import javafx.stage.Stage;

/**
 * The program as JavaFX starts it. Arguments: none, {@code run}, {@code run --demo}, {@code run --
 * COMMAND LINE}, or {@code open SESSION}.
 *
 * <p>Threading: fx.
 */
public final class WorkbenchApplication extends Application {

  private final Folders folders;

  /** The program with this user's folders. */
  public WorkbenchApplication() {
    this(Folders.ofThisUser());
  }

  public WorkbenchApplication(Folders folders) {
    this.folders = folders;
  }

  /** Opens the window; returns when it is closed. */
  public static void open(List<String> args) {
    launch(WorkbenchApplication.class, args.toArray(String[]::new));
  }

  @Override
  public void start(Stage stage) {
    MainWindow window =
        new MainWindow(
            stage, folders, new Settings(folders), new EngineSessions(folders.sessions()));
    window.show();
    List<String> args = getParameters().getRaw();
    int guest = args.indexOf("--");
    if (guest >= 0) {
      window.start().boot(args.subList(guest + 1, args.size()));
    } else if (args.size() > 1 && args.get(0).equals("open")) {
      window.start().resume(Path.of(args.get(1)).toAbsolutePath());
    } else if (args.isEmpty() || args.contains("--demo")) {
      window.start().firstStart(args.contains("--demo"));
    }
  }
}

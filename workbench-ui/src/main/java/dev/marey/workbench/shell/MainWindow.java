package dev.marey.workbench.shell;

import dev.marey.workbench.command.Commands;
import dev.marey.workbench.command.PaletteView;
import dev.marey.workbench.command.PaletteViewModel;
import dev.marey.workbench.dock.LayoutFile;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.settings.Folders;
import dev.marey.workbench.settings.Settings;
import dev.marey.workbench.start.FileQuestion;
import dev.marey.workbench.start.Sessions;
import dev.marey.workbench.start.StartView;
import dev.marey.workbench.start.StartViewModel;
import dev.marey.workbench.tasks.FxThread;
import dev.marey.workbench.tasks.TaskService;
import dev.marey.workbench.tasks.ThreadedTaskService;
import dev.marey.workbench.theme.Theme;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import javafx.geometry.Rectangle2D;
import javafx.scene.Scene;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.Screen;
import javafx.stage.Stage;
import org.controlsfx.control.MaskerPane;

/**
 * The window: start page, or one open session.
 *
 * <p>Threading: fx.
 */
public final class MainWindow implements ShellActions {

  private static final int USUAL_WIDTH = 1440;
  private static final int USUAL_HEIGHT = 900;
  private static final Commands NONE = new Commands();

  private final Stage stage;
  private final Folders folders;
  private final Settings settings;
  private final FxThread fxThread = new FxThread();
  private final ProblemsViewModel problems = new ProblemsViewModel(Clock.systemUTC());
  private final TaskService tasks = new ThreadedTaskService(fxThread, problems::failed);
  private final BorderPane root = new BorderPane();

  /** Lies over everything while a session closes. */
  private final MaskerPane closingMask = new MaskerPane();

  private final Scene scene;
  private final Set<Scene> scenes = Collections.newSetFromMap(new WeakHashMap<>());
  private final StartViewModel start;
  private final StartView startView;
  private Commands commands;
  private Optional<SessionWorkbench> workbench = Optional.empty();
  private boolean closing;

  public MainWindow(Stage stage, Folders folders, Settings settings, Sessions sessions) {
    this.stage = stage;
    this.folders = folders;
    this.settings = settings;
    this.commands = WindowCommands.withoutSession(this);
    this.start = new StartViewModel(sessions, tasks, this::opened);
    Dialogs dialogs = new Dialogs(stage);
    this.startView = new StartView(start, dialogs::confirm, dialogs);
    scene =
        new Scene(
            new StackPane(root, closingMask),
            settings.windowSize("width", USUAL_WIDTH),
            settings.windowSize("height", USUAL_HEIGHT));
    closingMask.setId("closing");
    closingMask.setVisible(false);
    settings.theme().applyToProgram();
    adopt(scene);
    stage.setScene(scene);
    stage.setTitle("Marey");
    stage.setMinWidth(760);
    stage.setMinHeight(480);
    stage.setOnCloseRequest(
        event -> {
          event.consume();
          quit();
        });
    showStart();
  }

  /** Opens the window on the start page. */
  public void show() {
    fit();
    stage.show();
    // Only now a window manager's decorations count.
    fit();
  }

  /** A window that is larger than the screen, or partly off it, cannot be used to its edges. */
  private void fit() {
    Rectangle2D screen = Screen.getPrimary().getVisualBounds();
    boolean shown = stage.isShowing();
    double width = shown ? stage.getWidth() : scene.getWidth();
    double height = shown ? stage.getHeight() : scene.getHeight();
    double x = shown ? stage.getX() : screen.getMinX() + (screen.getWidth() - width) / 2;
    double y = shown ? stage.getY() : screen.getMinY() + (screen.getHeight() - height) / 3;
    Rectangle2D wanted = new Rectangle2D(x, y, width, height);
    Rectangle2D fitting = WindowBounds.within(screen, wanted);
    if (!fitting.equals(wanted)) {
      stage.setX(fitting.getMinX());
      stage.setY(fitting.getMinY());
      stage.setWidth(fitting.getWidth());
      stage.setHeight(fitting.getHeight());
    }
  }

  /** What the start page can do, also for a program started with arguments. */
  public StartViewModel start() {
    return start;
  }

  private void showStart() {
    commands = WindowCommands.withoutSession(this);
    root.setTop(new WorkbenchMenu(commands));
    root.setCenter(startView);
    root.setBottom(null);
    stage.setTitle("Marey");
    start.refresh();
  }

  private void opened(OpenSession session) {
    SessionWorkbench opened =
        new SessionWorkbench(
            session,
            new SessionWorkbench.Surroundings(
                this,
                tasks,
                fxThread,
                problems,
                new Dialogs(stage),
                new LayoutFile(folders.config().resolve("layout.json")),
                looks(),
                this::adopt));
    workbench = Optional.of(opened);
    String guest = session.guestKey();
    opened
        .session()
        .autoSnapshotsAsBefore(
            settings.autoSnapshots(guest), every -> settings.autoSnapshots(guest, every));
    commands = opened.commands();
    root.setTop(new VBox(new WorkbenchMenu(commands), opened.toolbar()));
    root.setCenter(opened.views());
    root.setBottom(opened.status());
    stage.setTitle(session.name() + " – Marey");
    fxThread.later(() -> opened.show("console"));
  }

  @Override
  public void closeSession() {
    closeSession(this::showStart);
  }

  @Override
  public void openAnew() {
    workbench.ifPresent(
        open -> {
          Path folder = open.session().session().folder();
          closeSession(
              () -> {
                showStart();
                start.openPath(folder);
              });
        });
  }

  @Override
  public void bundle() {
    workbench.ifPresent(
        open -> {
          SessionViewModel session = open.session();
          new Dialogs(stage)
              .askFor(
                  FileQuestion.Kind.SAVE,
                  "New bundle with all snapshots, the guest's kernel and its disks",
                  session.session().name() + ".marey")
              .ifPresent(session::bundle);
        });
  }

  /** Keeps the present and ends the guest, then goes on; stays if the person decides so. */
  private void closeSession(Runnable then) {
    if (workbench.isEmpty()) {
      then.run();
      return;
    }
    if (closing) {
      return;
    }
    SessionWorkbench open = workbench.get();
    if (!open.session().unfinished().isEmpty()
        && !new Dialogs(stage).confirm(unfinished(open.session().unfinished()))) {
      return;
    }
    open.session().cancelUnfinished();
    closingMask.setText(
        open.session().hasGuest()
            ? "Keeping the present, then ending the guest…"
            : "Closing the session…");
    closing(true);
    new Closing(
            open.session().session(),
            tasks,
            problems,
            reason -> new Dialogs(stage).presentNotKept(reason),
            new Closing.Stages() {
              @Override
              public void ending() {
                open.beginClosing();
              }

              @Override
              public void closed() {
                open.close();
                workbench = Optional.empty();
                closing(false);
                then.run();
              }

              @Override
              public void cancelled() {
                closing(false);
              }
            })
        .begin();
  }

  private static String unfinished(List<String> titles) {
    return "Still "
        + String.join(" and ", titles)
        + ". Close the session all the same? What was written so far of it is removed.";
  }

  private void closing(boolean now) {
    closing = now;
    root.setDisable(now);
    closingMask.setVisible(now);
  }

  @Override
  public void quit() {
    settings.windowSize((int) scene.getWidth(), (int) scene.getHeight());
    closeSession(
        () -> {
          closing(true);
          closingMask.setText("Ending what is still under way…");
          Thread ending =
              new Thread(
                  () -> {
                    tasks.close();
                    fxThread.later(stage::close);
                  },
                  "ending");
          ending.start();
        });
  }

  @Override
  public void toggleTheme() {
    Theme theme = settings.theme().other();
    settings.theme(theme);
    theme.applyToProgram();
    restyle();
  }

  @Override
  public void resizeText(int pixels) {
    int size = settings.textSize() + pixels;
    settings.textSize(Math.max(Settings.SMALLEST_TEXT, Math.min(Settings.LARGEST_TEXT, size)));
    restyle();
  }

  private void restyle() {
    scenes.forEach(this::style);
    workbench.ifPresent(open -> open.restyle(looks()));
  }

  private Looks looks() {
    return new Looks(settings.theme(), settings.textSize());
  }

  /** Makes a scene look and listen like the rest, also when the look changes. */
  private void adopt(Scene adopted) {
    scenes.add(adopted);
    style(adopted);
    KeyRouting.install(adopted, () -> closing ? NONE : commands);
  }

  private void style(Scene styled) {
    settings.theme().applyTo(styled, settings.textSize());
  }

  @Override
  public void showPalette() {
    new PaletteView(new PaletteViewModel(commands)).show(scene);
  }

  @Override
  public void resetLayout() {
    workbench.ifPresent(SessionWorkbench::resetLayout);
  }

  @Override
  public void showView(String viewId) {
    workbench.ifPresent(open -> open.show(viewId));
  }

  @Override
  public void leaveGuest() {
    showView("timeline");
  }
}

package dev.marey.workbench.start;

import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.RunningTask;
import dev.marey.workbench.tasks.TaskService;
import dev.marey.workbench.tasks.Work;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/**
 * The start page: which sessions there are, and opening one. At most one is being opened.
 *
 * <p>Threading: fx.
 */
public final class StartViewModel {

  private final Sessions sessions;
  private final TaskService tasks;
  private final Consumer<OpenSession> opened;
  private final ObservableList<RecentSession> recent = FXCollections.observableArrayList();
  // Kept, because a view of a list that nobody holds stops telling its listeners.
  private final ObservableList<RecentSession> recentSeen =
      FXCollections.unmodifiableObservableList(recent);
  private final ObservableList<PasteProblem> problems = FXCollections.observableArrayList();
  private final ObservableList<PasteProblem> problemsSeen =
      FXCollections.unmodifiableObservableList(problems);
  private final ObservableList<String> notices = FXCollections.observableArrayList();
  private final ObservableList<String> noticesSeen =
      FXCollections.unmodifiableObservableList(notices);
  private final ReadOnlyObjectWrapper<Optional<RunningTask>> opening =
      new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyStringWrapper failure = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper commandLine = new ReadOnlyStringWrapper("");
  private final BooleanBinding idle;
  private final BooleanBinding bootable;

  /**
   * A start page.
   *
   * @param opened gets the session when it runs
   */
  public StartViewModel(Sessions sessions, TaskService tasks, Consumer<OpenSession> opened) {
    this.sessions = sessions;
    this.tasks = tasks;
    this.opened = opened;
    this.idle = Bindings.createBooleanBinding(() -> opening.get().isEmpty(), opening);
    this.bootable =
        Bindings.createBooleanBinding(
            () -> opening.get().isEmpty() && problems.isEmpty() && !commandLine.get().isBlank(),
            opening,
            problems,
            commandLine);
  }

  public ObservableList<RecentSession> recent() {
    return recentSeen;
  }

  /** What is wrong with the pasted command line. */
  public ObservableList<PasteProblem> problems() {
    return problemsSeen;
  }

  /** What of the pasted command line will be left out or changed. */
  public ObservableList<String> notices() {
    return noticesSeen;
  }

  /** The session that is being opened, with its progress. */
  public ReadOnlyObjectProperty<Optional<RunningTask>> openingProperty() {
    return opening.getReadOnlyProperty();
  }

  /** Why the last attempt failed; empty when it did not. */
  public ReadOnlyStringProperty failureProperty() {
    return failure.getReadOnlyProperty();
  }

  public BooleanBinding idle() {
    return idle;
  }

  /** Whether the pasted command line can be booted. */
  public BooleanBinding bootable() {
    return bootable;
  }

  /** Looks for sessions. */
  public void refresh() {
    tasks.start(
        BackgroundTask.of("looking for sessions", progress -> sessions.recent())
            .onSuccess(recent::setAll)
            .onFailure(this::failed));
  }

  /** What was pasted and edited last. */
  String commandLine() {
    return commandLine.get();
  }

  /** Takes the text of the paste box and checks it. */
  public void edit(String text) {
    commandLine.set(text);
    PasteCheck check = text.isBlank() ? PasteCheck.NOTHING : sessions.check(text);
    notices.setAll(check.notices());
    problems.setAll(check.problems());
  }

  public void demo() {
    open("booting the demo guest", sessions::demo);
  }

  public void bootPasted() {
    String text = commandLine.get();
    if (bootable.get()) {
      open("booting the guest", progress -> sessions.start(text, progress));
    }
  }

  public void resume(RecentSession session) {
    open("resuming " + session.name(), progress -> sessions.resume(session.folder(), progress));
  }

  /** Opens a session anywhere, or a bundle. */
  public void openPath(Path path) {
    open("opening " + path.getFileName(), progress -> sessions.resume(path, progress));
  }

  /** Makes a session of a stream that the QEMU of the pasted command line has written. */
  public void importStream(Path stream) {
    String text = commandLine.get();
    if (bootable.get()) {
      open(
          "importing " + stream.getFileName(),
          progress -> sessions.importStream(stream, text, progress));
    }
  }

  /** Does what the command line asked for. */
  public void begin(Beginning beginning) {
    if (beginning instanceof Beginning.Boot boot) {
      open("booting the guest", progress -> sessions.boot(boot, progress));
    } else if (beginning instanceof Beginning.Resume resume) {
      Path folder = resume.folder();
      open("resuming " + folder.getFileName(), progress -> sessions.resume(folder, progress));
    } else {
      firstStart();
    }
  }

  /** Boots the demo if there is no session yet. */
  private void firstStart() {
    tasks.start(
        BackgroundTask.of("looking for sessions", progress -> sessions.recent())
            .onSuccess(
                found -> {
                  if (found.isEmpty()) {
                    demo();
                  }
                })
            .onFailure(this::failed));
  }

  public void delete(RecentSession session) {
    tasks.start(
        BackgroundTask.of(
                "deleting " + session.name(),
                progress -> {
                  sessions.delete(session.folder());
                  return session;
                })
            .onFailure(this::failed)
            .onFinished(this::refresh));
  }

  private void open(String title, Work<OpenSession> work) {
    if (!idle.get()) {
      return;
    }
    failure.set("");
    RunningTask handle =
        tasks.start(
            BackgroundTask.of(title, work)
                .onSuccess(opened)
                .onFailure(this::failed)
                .onFinished(() -> opening.set(Optional.empty())));
    if (tasks.running().contains(handle)) {
      opening.set(Optional.of(handle));
    }
  }

  private void failed(Exception reason) {
    String message = reason.getMessage();
    failure.set(message == null ? reason.getClass().getSimpleName() : message);
  }
}

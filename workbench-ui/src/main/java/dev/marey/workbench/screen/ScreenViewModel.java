package dev.marey.workbench.screen;

import dev.marey.machine.screen.ScreenListener;
import dev.marey.machine.screen.VncScreen;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.TaskService;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;

/**
 * The guest's screen: newest picture, and keys and pointer for it. Always the live guest; a past
 * node has no picture.
 *
 * <p>Threading: fx; frames arrive on any thread, and only the newest is kept.
 */
public final class ScreenViewModel implements AutoCloseable {

  /**
   * A picture.
   *
   * @param argb row after row
   */
  public record Frame(int width, int height, IntBuffer argb) {}

  private final OpenSession session;
  private final TaskService tasks;
  private final Executor fxThread;
  private final ReadOnlyObjectWrapper<Optional<Frame>> frame =
      new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyStringWrapper message = new ReadOnlyStringWrapper("");
  private final ReadOnlyBooleanWrapper takesKeys = new ReadOnlyBooleanWrapper();
  private final AtomicReference<Optional<Frame>> newest = new AtomicReference<>(Optional.empty());
  private final ShownViewModel shown;
  private Optional<VncScreen> screen = Optional.empty();
  private boolean closed;

  public ScreenViewModel(
      OpenSession session, ShownViewModel shown, TaskService tasks, Executor fxThread) {
    this.session = session;
    this.shown = shown;
    this.tasks = tasks;
    this.fxThread = fxThread;
    session.addListener(
        new OpenSession.Listener() {
          @Override
          public void machineReplaced() {
            fxThread.execute(ScreenViewModel.this::connect);
          }
        });
    connect();
  }

  public ReadOnlyObjectProperty<Optional<Frame>> frameProperty() {
    return frame.getReadOnlyProperty();
  }

  /** Why there is no picture. */
  public ReadOnlyStringProperty messageProperty() {
    return message.getReadOnlyProperty();
  }

  public ReadOnlyBooleanProperty takesKeysProperty() {
    return takesKeys.getReadOnlyProperty();
  }

  void focused(boolean now) {
    takesKeys.set(now && screen.isPresent());
  }

  ShownViewModel shown() {
    return shown;
  }

  /** Does something with the guest's keyboard or mouse; nothing while a past node is shown. */
  void input(Consumer<VncScreen> action) {
    if (!shown.pastProperty().get()) {
      screen.ifPresent(action);
    }
  }

  /** Connects, or connects anew. */
  public void connect() {
    screen.ifPresent(VncScreen::close);
    screen = Optional.empty();
    frame.set(Optional.empty());
    Optional<Path> socket = session.screenSocket();
    if (socket.isEmpty() || closed) {
      message.set("This guest has no screen; its console is in the Console view.");
      return;
    }
    message.set("Waiting for the guest's screen…");
    tasks.start(
        BackgroundTask.of(
                "connecting the screen", progress -> VncScreen.start(socket.get(), new Frames()))
            .onSuccess(
                connected -> {
                  if (closed) {
                    connected.close();
                  } else {
                    screen = Optional.of(connected);
                  }
                })
            .onFailure(failure -> message.set(String.valueOf(failure.getMessage()))));
  }

  @Override
  public void close() {
    closed = true;
    screen.ifPresent(VncScreen::close);
    screen = Optional.empty();
  }

  private final class Frames implements ScreenListener {
    @Override
    public void frame(int width, int height, int[] argb) {
      Frame next = new Frame(width, height, IntBuffer.wrap(argb));
      if (newest.getAndSet(Optional.of(next)).isEmpty()) {
        fxThread.execute(() -> frame.set(newest.getAndSet(Optional.empty())));
      }
    }

    @Override
    public void closed(String reason) {
      fxThread.execute(
          () -> {
            frame.set(Optional.empty());
            message.set("The guest's screen is gone: " + reason);
          });
    }
  }
}

package dev.marey.workbench.screen;

import dev.marey.machine.screen.ScreenListener;
import dev.marey.machine.screen.VncScreen;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.InOrder;
import dev.marey.workbench.tasks.TaskService;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.value.ObservableBooleanValue;

/**
 * The screen of the live guest: newest picture, and keys and pointer for it. A node has no picture,
 * so nothing is shown and nothing is sent while one is shown.
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
  private final Executor input;
  private final ReadOnlyObjectWrapper<Optional<Frame>> frame =
      new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyStringWrapper connection = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper message = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper header = new ReadOnlyStringWrapper("");
  private final BooleanProperty focused = new SimpleBooleanProperty();
  private final BooleanProperty connected = new SimpleBooleanProperty();
  private final BooleanProperty fits = new SimpleBooleanProperty(true);
  private final BooleanBinding pictured;
  private final BooleanBinding takesKeys;
  private final ShownViewModel shown;
  private Optional<VncScreen> screen = Optional.empty();
  private Frames newest = new Frames();
  private boolean closed;

  public ScreenViewModel(
      OpenSession session, ShownViewModel shown, TaskService tasks, Executor fxThread) {
    this.session = session;
    this.shown = shown;
    this.tasks = tasks;
    this.fxThread = fxThread;
    this.input = new InOrder(tasks.quiet());
    this.pictured =
        Bindings.createBooleanBinding(
            () -> frame.get().isPresent() && !shown.pastProperty().get(),
            frame,
            shown.pastProperty());
    this.takesKeys = focused.and(connected).and(shown.pastProperty().not());
    message.bind(
        Bindings.createStringBinding(
            () ->
                shown
                    .shownNode()
                    .map(node -> node.id() + " has no picture of the screen; only live has one.")
                    .orElseGet(connection::get),
            shown.shownProperty(),
            connection));
    header.bind(
        Bindings.createStringBinding(
            () ->
                shown
                    .shownNode()
                    .map(node -> "No screen at " + node.title())
                    .orElse("Screen of the live guest"),
            shown.shownProperty(),
            shown.timelineProperty()));
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

  /** Whether the picture is to be shown, and not the message. */
  public ObservableBooleanValue picturedProperty() {
    return pictured;
  }

  /** Whose screen it is, for the head of the view. */
  public ReadOnlyStringProperty headerProperty() {
    return header.getReadOnlyProperty();
  }

  /** Why there is no picture. */
  public ReadOnlyStringProperty messageProperty() {
    return message.getReadOnlyProperty();
  }

  /** Whether keys go to the guest now. */
  public ObservableBooleanValue takesKeysProperty() {
    return takesKeys;
  }

  /** Whether the picture is as large as the view; otherwise a pixel is a pixel. */
  public BooleanProperty fitsProperty() {
    return fits;
  }

  void focused(boolean now) {
    focused.set(now);
  }

  ShownViewModel shown() {
    return shown;
  }

  /** Does something with the guest's keyboard or mouse, later but in order. */
  void input(Consumer<VncScreen> action) {
    screen.ifPresent(to -> input.execute(() -> action.accept(to)));
  }

  /** Connects, or connects anew. */
  private void connect() {
    disconnect();
    Optional<Path> socket = session.screenSocket();
    if (socket.isEmpty() || closed) {
      connection.set("This guest has no screen. Its console is in the Console view.");
      return;
    }
    connection.set("Waiting for the guest's screen…");
    Frames frames = new Frames();
    newest = frames;
    tasks.start(
        BackgroundTask.of(
                "connecting the screen", progress -> VncScreen.start(socket.get(), frames))
            .onSuccess(
                started -> {
                  if (closed || newest != frames) {
                    started.close();
                  } else {
                    screen = Optional.of(started);
                    connected.set(true);
                  }
                })
            .onFailure(failure -> ended(frames, String.valueOf(failure.getMessage()))));
  }

  private void disconnect() {
    screen.ifPresent(old -> tasks.quiet().execute(old::close));
    screen = Optional.empty();
    connected.set(false);
    frame.set(Optional.empty());
  }

  private void ended(Frames of, String reason) {
    if (newest == of) {
      disconnect();
      connection.set(reason);
    }
  }

  @Override
  public void close() {
    closed = true;
    disconnect();
  }

  /** The pictures of one connection. */
  private final class Frames implements ScreenListener {
    private final AtomicReference<Optional<Frame>> waiting =
        new AtomicReference<>(Optional.empty());

    @Override
    public void frame(int width, int height, int[] argb) {
      Frame next = new Frame(width, height, IntBuffer.wrap(argb));
      if (waiting.getAndSet(Optional.of(next)).isEmpty()) {
        fxThread.execute(this::show);
      }
    }

    private void show() {
      Optional<Frame> arrived = waiting.getAndSet(Optional.empty());
      if (newest == this && !closed) {
        frame.set(arrived);
      }
    }

    @Override
    public void closed(String reason) {
      fxThread.execute(() -> ended(this, reason));
    }
  }
}

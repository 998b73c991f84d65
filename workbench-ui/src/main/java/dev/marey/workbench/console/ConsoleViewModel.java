package dev.marey.workbench.console;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.session.RevertDone;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.TaskService;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;

/**
 * The guest's serial console: live and writable, or as it was at a past node and read-only. After a
 * revert the live terminal is rebuilt from the transcript of the node.
 *
 * <p>Threading: fx; guest output arrives on any thread.
 */
public final class ConsoleViewModel {

  private static final byte[] NOTHING = new byte[0];

  private final OpenSession session;
  private final ShownViewModel shown;
  private final TaskService tasks;
  private final ConsoleTty live;
  private final ConsoleTty past = new ConsoleTty(keys -> {});
  private final ReadOnlyBooleanWrapper showsPast = new ReadOnlyBooleanWrapper();
  private final ReadOnlyBooleanWrapper takesKeys = new ReadOnlyBooleanWrapper();
  private final ReadOnlyStringWrapper header = new ReadOnlyStringWrapper("");
  private final Object holdLock = new Object();
  private boolean holding;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  public ConsoleViewModel(
      OpenSession session, ShownViewModel shown, TaskService tasks, Executor fxThread) {
    this.session = session;
    this.shown = shown;
    this.tasks = tasks;
    this.live = new ConsoleTty(session::type);
    hold();
    session.onConsole(this::arrived);
    session.addListener(
        new OpenSession.Listener() {
          @Override
          public void reverted(RevertDone revert) {
            hold();
            fxThread.execute(() -> rebuild(revert.target()));
          }
        });
    tasks.start(
        BackgroundTask.of("reading the console so far", progress -> session.liveTranscript())
            .onSuccess(bytes -> release(bytes, ""))
            .onFailure(failure -> release(NOTHING, "the console so far cannot be read")));
    shown.shownProperty().addListener((property, before, after) -> follow());
    follow();
  }

  ConsoleTty live() {
    return live;
  }

  ConsoleTty past() {
    return past;
  }

  /** Whether a past node's console is shown instead of the live one. */
  public ReadOnlyBooleanProperty showsPastProperty() {
    return showsPast.getReadOnlyProperty();
  }

  /** What is shown, for the head of the view. */
  public ReadOnlyStringProperty headerProperty() {
    return header.getReadOnlyProperty();
  }

  /** Whether typed keys go to the guest now. */
  public ReadOnlyBooleanProperty takesKeysProperty() {
    return takesKeys.getReadOnlyProperty();
  }

  /** The live terminal got or lost the keyboard focus. */
  void focused(boolean now) {
    takesKeys.set(now && !showsPast.get());
  }

  /** Shows the last node taken before a line of the shown console was printed. */
  void goBefore(String line, int sameBelow) {
    Optional<Node> node = shown.shownNode();
    tasks.start(
        BackgroundTask.of(
                "finding the node before a console line",
                progress ->
                    new TranscriptLines(
                            node.isPresent()
                                ? session.transcript(node.get().id())
                                : session.liveTranscript())
                        .find(line, sameBelow))
            .onSuccess(offset -> lastBefore(offset, node).ifPresent(shown::select)));
  }

  private Optional<NodeId> lastBefore(OptionalLong offset, Optional<Node> from) {
    if (offset.isEmpty()) {
      return Optional.empty();
    }
    Optional<NodeId> start = from.map(Node::id).or(() -> session.live().base());
    return start.stream()
        .flatMap(id -> shown.timelineProperty().get().ancestry(id).stream())
        .filter(node -> node.console().bytes() <= offset.getAsLong())
        .max(Comparator.comparing(Node::guestTime).thenComparing(Node::id))
        .map(Node::id);
  }

  private void follow() {
    Optional<NodeId> node = shown.shownProperty().get();
    showsPast.set(node.isPresent());
    header.set(
        node.map(id -> "Console as it was at " + id + ", read-only").orElse("Serial console"));
    if (node.isPresent()) {
      takesKeys.set(false);
      NodeId id = node.get();
      tasks.start(
          BackgroundTask.of("reading the console of " + id, progress -> session.transcript(id))
              .onSuccess(
                  bytes -> {
                    if (shown.shownProperty().get().equals(node)) {
                      past.replay(bytes);
                    }
                  }));
    }
  }

  private void rebuild(NodeId target) {
    String line = "\r\n\u001b[0;7m reverted to " + target + " \u001b[0m\r\n";
    tasks.start(
        BackgroundTask.of("rebuilding the console", progress -> session.transcript(target))
            .onSuccess(bytes -> release(bytes, line))
            .onFailure(failure -> release(NOTHING, line)));
  }

  private void arrived(byte[] bytes) {
    synchronized (holdLock) {
      if (holding) {
        held.writeBytes(bytes);
      } else {
        live.output(bytes);
      }
    }
  }

  /** From here on output waits until the terminal has been rebuilt. */
  private void hold() {
    synchronized (holdLock) {
      holding = true;
      held.reset();
    }
  }

  private void release(byte[] transcript, String line) {
    synchronized (holdLock) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(transcript);
      all.writeBytes(line.getBytes(StandardCharsets.UTF_8));
      live.replay(all.toByteArray());
      if (held.size() > 0) {
        live.output(held.toByteArray());
      }
      held.reset();
      holding = false;
    }
  }

  void close() {
    live.close();
    past.close();
  }
}

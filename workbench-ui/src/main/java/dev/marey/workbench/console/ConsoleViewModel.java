package dev.marey.workbench.console;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.SnapshotException;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.session.RevertDone;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.TaskService;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

  /** Number of the rebuilding that was begun last. */
  private int newest;

  private final OpenSession session;
  private final ShownViewModel shown;
  private final TaskService tasks;
  private final ConsoleTty live;
  private final ConsoleTty past = new ConsoleTty(keys -> {});
  private final ReadOnlyBooleanWrapper showsPast = new ReadOnlyBooleanWrapper();
  private final ReadOnlyBooleanWrapper takesKeys = new ReadOnlyBooleanWrapper();
  private final ReadOnlyStringWrapper header = new ReadOnlyStringWrapper("");
  private final Object holdLock = new Object();
  private boolean focused;
  private boolean holding;
  private final List<Held> held = new ArrayList<>();

  private record Held(ByteBuffer bytes, Node.ConsoleOffset end) {}

  private record Rebuilt(ByteBuffer text, Node.ConsoleOffset end) {}

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
            fxThread.execute(() -> wentTo(revert.target()));
          }
        });
    rebuild("", session.consoleNow());
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
    focused = now;
    takesKeys.set(now && !showsPast.get() && session.withoutGuest().isEmpty());
  }

  /** Shows the last node taken before a line of the shown console was printed. */
  void goBefore(String line, int sameBelow) {
    Optional<Node> node = shown.shownNode();
    List<Node> way =
        node.map(Node::id)
            .or(() -> session.live().base())
            .map(shown.timelineProperty().get()::ancestry)
            .orElse(List.of());
    tasks.start(
        BackgroundTask.of(
                "finding the node before a console line",
                progress -> {
                  byte[] transcript =
                      session.transcript(node.map(Node::console).orElseGet(session::consoleNow));
                  OptionalLong end = new TranscriptLines(transcript).find(line, sameBelow);
                  return end.isPresent()
                      ? lastBefore(end.getAsLong(), way)
                      : Optional.<NodeId>empty();
                })
            .onSuccess(found -> found.ifPresent(shown::select)));
  }

  /**
   * The last node up to a place in the shown transcript.
   *
   * @param way the nodes that led to the shown instant; each lies in its transcript where its own
   *     ends
   */
  private Optional<NodeId> lastBefore(long endBytes, List<Node> way) throws SnapshotException {
    List<Node> before = new ArrayList<>();
    for (Node node : way) {
      if (session.transcriptBytes(node.console()) <= endBytes) {
        before.add(node);
      }
    }
    return before.stream()
        .max(Comparator.comparing(Node::guestTime).thenComparing(Node::id))
        .map(Node::id);
  }

  private void follow() {
    Optional<NodeId> node = shown.shownProperty().get();
    Optional<Node.ConsoleOffset> offset = shown.shownNode().map(Node::console);
    showsPast.set(node.isPresent());
    takesKeys.set(focused && node.isEmpty() && session.withoutGuest().isEmpty());
    header.set(
        node.map(id -> "Console as it was at " + id + ", read-only").orElse("Serial console"));
    if (node.isPresent() && offset.isPresent()) {
      NodeId id = node.get();
      tasks.start(
          BackgroundTask.of(
                  "reading the console of " + id, progress -> session.transcript(offset.get()))
              .onSuccess(
                  bytes -> {
                    if (shown.shownProperty().get().equals(node)) {
                      past.replay(bytes);
                    }
                  }));
    }
  }

  private void wentTo(NodeId target) {
    String line = "\r\n\u001b[0;7m reverted to " + target + " \u001b[0m\r\n";
    Optional<Node> node = shown.timelineProperty().get().find(target);
    rebuild(line, node.map(Node::console).orElseGet(session::consoleNow));
  }

  /** Shows the transcript up to now, with a line put in where the guest came back. */
  private void rebuild(String line, Node.ConsoleOffset lineAt) {
    int number = ++newest;
    tasks.start(
        BackgroundTask.of(
                "rebuilding the console",
                progress -> {
                  Node.ConsoleOffset now = session.consoleNow();
                  byte[] before = session.transcript(lineAt);
                  byte[] all = session.transcript(now);
                  int at = Math.min(before.length, all.length);
                  byte[] mark = line.getBytes(StandardCharsets.UTF_8);
                  byte[] begun = mark.length == 0 ? mark : OpenLine.of(all, at);
                  ByteBuffer text = ByteBuffer.allocate(all.length + mark.length + begun.length);
                  text.put(all, 0, at).put(mark).put(begun).put(all, at, all.length - at).flip();
                  return new Rebuilt(text, now);
                })
            .onSuccess(rebuilt -> release(number, rebuilt))
            .onFailure(
                failure ->
                    release(
                        number,
                        new Rebuilt(
                            ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)),
                            new Node.ConsoleOffset(-1, 0)))));
  }

  private void arrived(byte[] bytes, Node.ConsoleOffset end) {
    synchronized (holdLock) {
      if (holding) {
        held.add(new Held(ByteBuffer.wrap(bytes), end));
      } else {
        live.output(bytes);
      }
    }
  }

  /** From here on output waits until the terminal has been rebuilt. */
  private void hold() {
    synchronized (holdLock) {
      holding = true;
      held.clear();
    }
  }

  /**
   * What the transcript already holds is not shown a second time. Of several under way the one
   * begun last counts, whichever ends last.
   */
  private void release(int number, Rebuilt rebuilt) {
    if (number != newest) {
      return;
    }
    synchronized (holdLock) {
      live.replay(rebuilt.text().array());
      for (Held waiting : held) {
        boolean known =
            waiting.end().branch() == rebuilt.end().branch()
                && waiting.end().bytes() <= rebuilt.end().bytes();
        if (!known) {
          live.output(waiting.bytes().array());
        }
      }
      held.clear();
      holding = false;
    }
  }

  void close() {
    live.close();
    past.close();
  }
}

package dev.marey.snapshot;

import dev.marey.snapshot.testing.ConsoleTail;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/**
 * A guest that is alive in a session, with what it prints and what goes wrong. Closing it drops its
 * present and closes the session.
 *
 * <p>Threading: the test's.
 */
abstract class GuestInSession implements AutoCloseable {

  private final Session session;
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private LiveGuest live;
  private ConsoleTail console;

  GuestInSession(Session session, LiveGuest live) {
    this.session = session;
    this.live = live;
    this.console = listen(live);
  }

  private ConsoleTail listen(LiveGuest guest) {
    guest.addListener(
        new LiveListener() {
          @Override
          public void problem(String what) {
            problems.add(what);
          }
        });
    return new ConsoleTail(guest.console());
  }

  Session session() {
    return session;
  }

  LiveGuest live() {
    return live;
  }

  ConsoleTail console() {
    return console;
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** Goes on with another live guest of the same session; that of before has ended. */
  void goOnWith(LiveGuest other) {
    live = other;
    console = listen(other);
  }

  /** A node of the guest as it is, paused or running. */
  Node take() throws Exception {
    return live.snapshot("", Node.Origin.PERSON).get();
  }

  /** The node when it is durable: one that a revert has kept may be a moment behind. */
  Node awaitComplete(NodeId id) throws SnapshotException {
    Awaitility.await().until(() -> session.resolve(id.toString()).state() != NodeState.SAVING);
    return session.resolve(id.toString());
  }

  @Override
  public void close() throws SnapshotException {
    live.abandon();
    session.close();
  }
}

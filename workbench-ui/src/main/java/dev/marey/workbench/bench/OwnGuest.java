package dev.marey.workbench.bench;

import dev.marey.machine.MachineException;
import dev.marey.machine.RunState;
import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.SnapshotException;
import dev.marey.workbench.engine.NewSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * The demo guest in a session of ours. Owns both; the session's folder stays when it is closed.
 *
 * <p>Threading: the benchmark's.
 */
final class OwnGuest implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Bench bench;
  private final NewSession session;
  private final PauseWatch pauses = new PauseWatch();
  private final GuestShell shell;

  private OwnGuest(Bench bench, NewSession session, GuestConsole console) {
    this.bench = bench;
    this.session = session;
    this.shell = new GuestShell(console, this::type, this::alive, bench.stop());
    live().machine().qmp().addListener(pauses);
  }

  /** Boots it and waits for its prompt. */
  static OwnGuest boot(Bench bench, int mebibytes)
      throws SnapshotException, MachineException, BenchException, BenchStoppedException {
    GuestConsole console = new GuestConsole();
    Path folder = bench.fresh("session");
    OwnGuest guest =
        new OwnGuest(
            bench, NewSession.boot(folder, bench.guest(mebibytes), console::printed), console);
    boolean up = false;
    try {
      guest.shell.awaitBoot();
      up = true;
      return guest;
    } finally {
      if (!up) {
        guest.close();
      }
    }
  }

  /**
   * A node that was taken.
   *
   * @param pause by QEMU's events
   * @param answered from the request until the node was durable
   * @param stops how often the guest stood still meanwhile, this node's pause included
   */
  record Shot(Node node, Pause pause, Duration answered, int stops) {}

  /** Takes a node and waits until it is durable. */
  Shot snapshot() throws SnapshotException, BenchException, BenchStoppedException {
    pauses.forget();
    long start = System.nanoTime();
    Node node = bench.await(live().snapshot("", Node.Origin.PERSON));
    Duration answered = Duration.ofNanos(System.nanoTime() - start);
    Pause pause = pauses.await(PATIENCE, bench.stop());
    return new Shot(node, pause, answered, pauses.seen().size());
  }

  /** What is done with each node of a series. */
  interface Taken {
    void shot(Shot shot, int number) throws BenchException, BenchStoppedException;
  }

  /**
   * Takes nodes one second apart, or each as soon as the one before is saved.
   *
   * @return how many per second it came to
   */
  double everySecond(int count, Taken taken)
      throws SnapshotException, BenchException, BenchStoppedException {
    long start = System.nanoTime();
    long due = start;
    for (int i = 1; i <= count; i++) {
      due += SECOND.toNanos();
      long left = due - System.nanoTime();
      if (left > 0) {
        bench.stop().sleep(Duration.ofNanos(left));
      } else {
        due = System.nanoTime();
      }
      taken.shot(snapshot(), i);
    }
    return count / ((System.nanoTime() - start) / 1e9);
  }

  /** From a request that is made now until the guest runs again. */
  double millisUntilResumed(Instant request) throws BenchException, BenchStoppedException {
    return Millis.between(request, pauses.awaitResume(PATIENCE, bench.stop()));
  }

  PauseWatch pauses() {
    return pauses;
  }

  GuestShell shell() {
    return shell;
  }

  LiveGuest live() {
    return session.live();
  }

  NewSession session() {
    return session;
  }

  private boolean alive() {
    RunState state = live().status().runState();
    return state == RunState.RUNNING || state == RunState.PAUSED;
  }

  private void type(String text) {
    live().console().type(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Ends the guest and removes the session. */
  void discard() throws SnapshotException, IOException {
    Path folder = session.session().path();
    close();
    Bench.remove(folder);
  }

  @Override
  public void close() throws SnapshotException {
    session.close();
  }
}

package dev.marey.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.qmp.QmpClient;
import dev.marey.machine.qmp.QmpCommand;
import dev.marey.machine.qmp.QmpException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The end of one wait for QEMU. While it is waited for, a guest stands still or a person looks at a
 * progress bar: whoever waits asks {@link #check} again and again, and is let go when the time is
 * over or his thread is interrupted.
 *
 * <p>Threading: the thread that waits.
 */
final class Deadline {

  private static final long POLL_NANOS = 200_000;

  private final long startNanos = System.nanoTime();
  private final Duration limit;
  private final String task;
  private final Supplier<String> complaint;

  /**
   * Begins now.
   *
   * @param task what QEMU does, such as {@code starting}, for whoever interrupts
   * @param complaint the message when the time is over
   */
  Deadline(Duration limit, String task, Supplier<String> complaint) {
    this.limit = limit;
    this.task = task;
    this.complaint = complaint;
  }

  /**
   * For what QEMU was asked to do with a guest that stands still.
   *
   * @param task follows "QEMU was asked to"
   */
  static Deadline ofTask(Duration limit, String task) {
    return new Deadline(
        limit,
        "asked to " + task,
        () ->
            "QEMU was asked to "
                + task
                + " and has not done so for "
                + limit.toSeconds()
                + " s. Go back to a node: another QEMU takes over then.");
  }

  /** What is left of the time, at least a millisecond. */
  Duration remaining() {
    Duration left = limit.minusNanos(System.nanoTime() - startNanos);
    Duration least = Duration.ofMillis(1);
    return left.compareTo(least) < 0 ? least : left;
  }

  /** Fails when the time is over or this thread is interrupted, which it stays. */
  void check() throws MachineException {
    if (Thread.currentThread().isInterrupted()) {
      throw new MachineException("Cancelled while QEMU was " + task + ".");
    }
    if (System.nanoTime() - startNanos >= limit.toNanos()) {
      throw new MachineException(complaint.get());
    }
  }

  /** A command's answer, waited for no longer than the time that is left. */
  JsonNode ask(QmpClient qmp, String command) throws MachineException {
    try {
      return qmp.execute(QmpCommand.of(command), remaining());
    } catch (QmpException e) {
      check();
      throw e;
    }
  }

  /** {@link #check}, then a short sleep before QEMU is asked again. */
  void pause() throws MachineException {
    check();
    LockSupport.parkNanos(POLL_NANOS);
  }
}

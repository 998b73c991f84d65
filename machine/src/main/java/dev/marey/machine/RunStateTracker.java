package dev.marey.machine;

import dev.marey.machine.qmp.QmpEvent;
import java.time.Duration;
import java.time.Instant;

/**
 * The run state as QEMU's events tell it, and how often the guest was let run by whomever. An event
 * is seen before the answer to the command that caused it, so after {@code stop} has been answered
 * the state is right.
 *
 * <p>Threading: written by the qmp reader and, at the ends of a life, by the machine; read by any.
 */
final class RunStateTracker {

  private static final String OF_JOBS = "JOB_";

  private volatile RunState state;
  private volatile int resumes;
  private Instant stopped = Instant.EPOCH;
  private volatile Duration lastPause = Duration.ZERO;
  private int events;

  RunStateTracker(RunState initial) {
    this.state = initial;
  }

  RunState state() {
    return state;
  }

  /** How often the vCPUs were let go so far; also by a debugger, and for one instruction. */
  int resumes() {
    return resumes;
  }

  /** How long the guest stood still before it was last let go, by QEMU's own clock. */
  Duration lastPause() {
    return lastPause;
  }

  synchronized void set(RunState next) {
    if (state != RunState.ENDED) {
      state = next;
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock
  synchronized void event(QmpEvent event) {
    if (event.name().startsWith(OF_JOBS)) {
      return;
    }
    events++;
    if (event.name().equals("STOP")) {
      stopped = event.at();
    } else if (event.name().equals("RESUME")) {
      resumes++;
      lastPause = Duration.between(stopped, event.at());
    }
    set(after(state, event));
  }

  /**
   * How many events were seen, but for those of jobs, which say nothing of the guest; asked before
   * {@code query-status}.
   */
  synchronized int events() {
    return events;
  }

  /**
   * Takes over what {@code query-status} says, unless an event came since it was asked: the event
   * may be the newer of the two.
   *
   * @param seen what {@link #events} said before
   * @return whether it was taken over; otherwise ask again
   */
  synchronized boolean status(String status, int seen) {
    if (events != seen) {
      return false;
    }
    set(of(status));
    return true;
  }

  private static RunState after(RunState before, QmpEvent event) {
    return switch (event.name()) {
      case "RESUME" -> RunState.RUNNING;
      case "STOP" -> before == RunState.RUNNING ? RunState.PAUSED : before;
      case "SHUTDOWN" -> RunState.SHUTDOWN;
      case "GUEST_PANICKED", "GUEST_CRASHLOADED" ->
          event.data().path("action").asText().equals("run") ? before : RunState.CRASHED;
      // a machine that is reset while it is down is ready to run again
      case "RESET" ->
          before == RunState.SHUTDOWN || before == RunState.CRASHED ? RunState.PAUSED : before;
      default -> before;
    };
  }

  /** QEMU's RunState in our words. One that a disk stopped ({@code io-error}) can go on. */
  static RunState of(String status) {
    return switch (status) {
      case "running" -> RunState.RUNNING;
      case "inmigrate" -> RunState.INCOMING;
      case "shutdown" -> RunState.SHUTDOWN;
      case "internal-error", "guest-panicked", "watchdog" -> RunState.CRASHED;
      default -> RunState.PAUSED;
    };
  }
}

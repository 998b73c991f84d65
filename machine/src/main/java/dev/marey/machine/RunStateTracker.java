package dev.marey.machine;

import dev.marey.machine.qmp.QmpEvent;

/**
 * The run state as QEMU's events tell it. An event is seen before the answer to the command that
 * caused it, so after {@code stop} has been answered the state is right.
 *
 * <p>Threading: written by the qmp reader and, at the ends of a life, by the machine; read by any.
 */
final class RunStateTracker {

  private volatile RunState state;

  RunStateTracker(RunState initial) {
    this.state = initial;
  }

  RunState state() {
    return state;
  }

  synchronized void set(RunState next) {
    if (state != RunState.ENDED) {
      state = next;
    }
  }

  synchronized void event(QmpEvent event) {
    set(after(state, event));
  }

  /** Takes over what {@code query-status} says. */
  synchronized void status(String status) {
    set(of(status));
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

  /** QEMU's RunState in our words. */
  static RunState of(String status) {
    return switch (status) {
      case "running" -> RunState.RUNNING;
      case "inmigrate" -> RunState.INCOMING;
      case "shutdown" -> RunState.SHUTDOWN;
      case "internal-error", "io-error", "guest-panicked", "watchdog" -> RunState.CRASHED;
      default -> RunState.PAUSED;
    };
  }
}

package dev.marey.machine;

import dev.marey.machine.qmp.QmpEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a machine's listeners what it does. A state is told once, when the listeners have not heard
 * it yet.
 *
 * <p>Threading: any (lock: this, for the state told last).
 */
final class MachineNews {

  private static final Logger LOG = LoggerFactory.getLogger(MachineNews.class);

  private final String name;
  private final RunStateTracker tracker;
  private final List<MachineListener> listeners = new CopyOnWriteArrayList<>();
  private RunState announced;

  MachineNews(String name, RunStateTracker tracker) {
    this.name = name;
    this.tracker = tracker;
    this.announced = tracker.state();
  }

  void add(MachineListener listener) {
    listeners.add(listener);
  }

  void remove(MachineListener listener) {
    listeners.remove(listener);
  }

  void event(QmpEvent event) {
    switch (event.name()) {
      case "RESET" -> tell(MachineListener::guestReset);
      case "GUEST_PANICKED" ->
          tell(listener -> listener.guestPanicked(event.data().path("action").asText()));
      case "SHUTDOWN" ->
          tell(listener -> listener.guestShutdown(event.data().path("reason").asText()));
      case "BLOCK_IO_ERROR" -> {
        DiskFailure failure = DiskFailure.of(event.data());
        tell(listener -> listener.diskFailed(failure));
      }
      default -> LOG.trace("{}: {}", name, event.name());
    }
    tellState();
  }

  void ended(MachineExit exit) {
    tellState();
    tell(listener -> listener.ended(exit));
  }

  /** Tells the state that is known now, if they have not heard it. */
  synchronized void tellState() {
    RunState now = tracker.state();
    if (now != announced) {
      announced = now;
      tell(listener -> listener.stateChanged(now));
    }
  }

  private void tell(Consumer<MachineListener> call) {
    for (MachineListener listener : listeners) {
      try {
        call.accept(listener);
      } catch (RuntimeException e) {
        LOG.error("{}: a listener failed", name, e);
      }
    }
  }
}

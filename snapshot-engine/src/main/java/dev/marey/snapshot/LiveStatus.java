package dev.marey.snapshot;

import dev.marey.machine.RunState;
import dev.marey.snapshot.capture.Capture;
import java.time.Duration;
import java.util.Optional;

/**
 * What the live machine is doing at one moment; made to be asked for ten times a second.
 *
 * @param runState running, paused, …
 * @param guestTime the guest's virtual clock; exact at nodes, reckoned between them
 * @param base the node the present descends from
 * @param ranSinceBase whether the guest has run since then, so that a revert would keep the present
 * @param saving whether a node is still being saved
 * @param pagesSaved pages of that node stored so far
 * @param pagesToSave pages it has in all
 * @param pagesDirty pages written since the base
 * @param pagesOnTouch pages loaded because the guest touched them, since the last revert
 * @param pagesAhead pages loaded ahead of a touch, since the last revert
 * @param pagesAbsent pages still to be loaded
 */
public record LiveStatus(
    RunState runState,
    Duration guestTime,
    Optional<NodeId> base,
    boolean ranSinceBase,
    boolean saving,
    int pagesSaved,
    int pagesToSave,
    int pagesDirty,
    int pagesOnTouch,
    int pagesAhead,
    int pagesAbsent) {

  /**
   * Whether the present may differ from its base: the guest ran, or something else, such as a
   * debugger, wrote to its memory.
   */
  public boolean differs() {
    return ranSinceBase || pagesDirty > 0;
  }

  static LiveStatus of(Present present, Duration guestTime, int servedBefore) {
    GuardedMachine machine = present.machine();
    Optional<Capture> capture = machine.saver().current();
    return new LiveStatus(
        machine.machine().runState(),
        guestTime,
        present.base().node(),
        present.ranSinceBase(),
        capture.isPresent(),
        capture.map(Capture::storedCount).orElse(0),
        capture.map(Capture::pageCount).orElse(0),
        machine.faultLoop().dirtyCount(),
        Math.max(0, machine.faultLoop().servedCount() - servedBefore),
        machine.lazyRam().loadedAhead(),
        machine.lazyRam().absent().count());
  }
}

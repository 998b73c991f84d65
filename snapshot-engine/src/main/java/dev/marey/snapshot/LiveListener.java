package dev.marey.snapshot;

import dev.marey.machine.RunState;

/** Told what happens to a live guest. Called on threads of the engine; must return soon. */
public interface LiveListener {

  default void runStateChanged(RunState state) {}

  /** A revert is done. The console goes on from the node's place in the transcript. */
  default void reverted(Revert revert) {}

  /** Another QEMU process is live now; its screen must be connected anew. */
  default void machineReplaced() {}

  /** Something went wrong that no one asked for; nothing was lost unless the text says so. */
  default void problem(String what) {}

  /** The guest has rebooted. */
  default void guestReset() {}
}

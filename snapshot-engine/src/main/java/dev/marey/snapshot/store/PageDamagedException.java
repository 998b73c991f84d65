package dev.marey.snapshot.store;

import dev.marey.snapshot.SnapshotException;

/** A stored page cannot be read back as it was stored. Other pages are not concerned. */
public final class PageDamagedException extends SnapshotException {

  private static final long serialVersionUID = 1;

  private final int ref;

  PageDamagedException(int ref, String what) {
    super(
        "Stored page "
            + ref
            + " is damaged: "
            + what
            + ". Nodes that contain it cannot be restored completely; run 'marey verify' to list"
            + " them.");
    this.ref = ref;
  }

  /** Reference of the page, as in a {@link PageMap}. */
  public int ref() {
    return ref;
  }
}

package dev.marey.snapshot.capture;

import dev.marey.snapshot.store.PageMap;

/** Where the content of a page that QEMU finds missing comes from. Called on the fault loop. */
public interface MissingPages {

  /**
   * Reference into the page store; {@link PageMap#ZERO_PAGE} for a page that is a hole by right.
   */
  int refOf(int page);

  /** Whether the page is a hole whose content is in the page store. */
  boolean contains(int page);

  /** Takes note that the page has been filled. True if it was one that had to be loaded. */
  boolean noteFilled(int page);
}

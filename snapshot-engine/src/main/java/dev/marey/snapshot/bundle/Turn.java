package dev.marey.snapshot.bundle;

import java.io.IOException;

/** Asked now and then while a bundle is written or unpacked. */
@FunctionalInterface
public interface Turn {

  /**
   * Says how far it is.
   *
   * @param doneBytes bytes so far, as they are outside of the bundle
   * @param ofBytes all of them
   * @throws IOException if it is not wanted any more
   */
  void at(long doneBytes, long ofBytes) throws IOException;
}

package dev.marey.workbench.cli;

import dev.marey.workbench.start.Beginning;

/** The window, as the command line sees it. */
public interface Desktop {

  /** Whether there is a display to open it on. */
  boolean hasDisplay();

  /**
   * Opens it and returns when it is closed.
   *
   * @throws UnsupportedOperationException if the display cannot be used
   */
  void open(Beginning beginning);
}

package dev.marey.workbench.start;

import java.nio.file.Path;
import java.util.Optional;

/** Asks a person for a file. */
@FunctionalInterface
public interface FileQuestion {

  /** What is done with it. */
  enum Kind {
    /** It is there. */
    OPEN,
    /** It is not there yet. */
    SAVE
  }

  /**
   * Waits for the answer; empty when the person changed their mind.
   *
   * @param what what it is, as in {@code Session folder or bundle}
   * @return absolute
   */
  Optional<Path> ask(Kind kind, String what);
}

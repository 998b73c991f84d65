package dev.marey.workbench.timeline;

import java.util.Optional;

/** Asks a person for a line of text. */
@FunctionalInterface
public interface Questions {

  /**
   * Waits for the answer; empty when the person changed their mind.
   *
   * @param initial what the line holds at first
   */
  Optional<String> ask(String title, String question, String initial);
}

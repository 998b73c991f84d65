package dev.marey.workbench.start;

import dev.marey.machine.GuestDefinition;
import java.nio.file.Path;
import java.util.Optional;

/** What the window begins with, as the command line asked for it. */
public sealed interface Beginning {

  /** The start page; the demo guest boots when there is no session yet. */
  record StartPage() implements Beginning {}

  /**
   * A guest in a new session.
   *
   * @param kind how the session's name begins when it is given none
   * @param guest what to boot
   * @param folder where the session is to be; empty for the folder of sessions
   * @param budgetBytes room it may take on disk; empty for the usual
   */
  record Boot(String kind, GuestDefinition guest, Optional<Path> folder, Optional<Long> budgetBytes)
      implements Beginning {}

  /**
   * A session goes on where it was left.
   *
   * @param folder where it is
   */
  record Resume(Path folder) implements Beginning {}
}

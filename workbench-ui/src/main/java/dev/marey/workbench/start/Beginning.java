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
   */
  record Boot(String kind, GuestDefinition guest, Optional<Path> folder) implements Beginning {}

  /**
   * A session goes on where it was left.
   *
   * @param folder where it is
   */
  record Resume(Path folder) implements Beginning {}
}

package dev.marey.workbench.cli;

import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;

/** Opens sessions for commands that only need what is on disk. */
final class OpenedSession {

  private OpenedSession() {}

  /** Opens it and tells what was lost or damaged. */
  static Session open(Terminal terminal, String name) throws SnapshotException {
    Session session = Session.open(SessionPaths.of(terminal).existing(name));
    session.problems().forEach(terminal::tell);
    return session;
  }
}

package dev.marey.workbench.cli;

import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.bundle.UnpackedBundle;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens sessions for commands that only need what is on disk. */
final class OpenedSession {

  private OpenedSession() {}

  /** Opens it and tells what was lost or damaged. */
  static Session open(Terminal terminal, String name)
      throws SnapshotException, InterruptedByPersonException {
    Session session = Session.open(folder(terminal, name));
    session.problems().forEach(terminal::tell);
    return session;
  }

  /** The same to read it only; it may lie where nothing can be written. */
  static Session toRead(Terminal terminal, String name)
      throws SnapshotException, InterruptedByPersonException {
    Path folder = folder(terminal, name);
    Session session =
        Files.isWritable(folder) ? Session.open(folder) : Session.openReadOnly(folder);
    session.problems().forEach(terminal::tell);
    return session;
  }

  /** Where it is; one that is in a bundle is unpacked into the sessions folder. */
  static Path folder(Terminal terminal, String name)
      throws SnapshotException, InterruptedByPersonException {
    SessionPaths paths = SessionPaths.of(terminal);
    Path path = paths.existing(name);
    if (!UnpackedBundle.isBundle(path)) {
      return path;
    }
    try {
      UnpackedBundle unpacked =
          UnpackedBundle.of(
              path,
              paths.sessionsFolder(),
              UnpackedBundle.QEMU,
              new Patience(terminal, "Unpacking " + path.getFileName())::at);
      terminal.tell(
          path.getFileName()
              + (unpacked.fresh() ? " was unpacked into " : " was unpacked before, into ")
              + unpacked.session());
      return unpacked.session();
    } catch (SnapshotException e) {
      if (terminal.interruption().asked()) {
        throw new InterruptedByPersonException();
      }
      throw e;
    }
  }
}

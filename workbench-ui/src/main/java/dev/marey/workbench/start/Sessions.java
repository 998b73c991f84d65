package dev.marey.workbench.start;

import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.tasks.Progress;
import java.nio.file.Path;
import java.util.List;

/** Finds, makes and opens sessions. Verbs may take long. Threading: any. */
public interface Sessions {

  /** Sessions on this machine, last used first. */
  List<RecentSession> recent() throws Exception;

  /** Deletes a session and everything in it. */
  void delete(Path folder) throws Exception;

  /** Boots the demo guest in a new session. */
  OpenSession demo(Progress progress) throws Exception;

  /** Boots a guest of one's own in a new session. */
  OpenSession start(String commandLine, Progress progress) throws Exception;

  /** Boots a guest that the command line named. */
  OpenSession boot(Beginning.Boot wanted, Progress progress) throws Exception;

  /** Goes on where a session was left; a bundle is unpacked into a session first. */
  OpenSession resume(Path path, Progress progress) throws Exception;

  /**
   * Makes a session of a stream that a stock QEMU has written; its guest stands as it stood then.
   *
   * @param commandLine of that QEMU
   */
  OpenSession importStream(Path stream, String commandLine, Progress progress) throws Exception;

  /** What a command line comes to; quick. */
  PasteCheck check(String commandLine);
}

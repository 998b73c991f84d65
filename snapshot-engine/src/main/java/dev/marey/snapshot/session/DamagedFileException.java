package dev.marey.snapshot.session;

import dev.marey.snapshot.SnapshotException;
import java.nio.file.Path;

/** A file of a session is not what was written. */
final class DamagedFileException extends SnapshotException {

  private static final long serialVersionUID = 1;

  private final String what;

  DamagedFileException(Path path, String what) {
    super(
        "Could not read the session ("
            + path
            + "): the file is damaged, "
            + what
            + ". Restore it from a backup; what does not need it still works.");
    this.what = path.getFileName() + " is damaged: " + what;
  }

  /** A clause without full stop. */
  String what() {
    return what;
  }
}

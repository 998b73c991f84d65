package dev.marey.snapshot.session;

import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A file of a session is not what was written, or the disk does not give it. */
final class DamagedFileException extends SnapshotException {

  private static final long serialVersionUID = 1;

  private final String what;
  private final String remedy;

  DamagedFileException(Path path, String what) {
    this(
        path,
        "the file is damaged, " + what + ". Restore it from a backup",
        "is damaged: " + what,
        "restore the file from a backup");
  }

  private DamagedFileException(Path path, String told, String what, String remedy) {
    super(
        "Could not read the session ("
            + path
            + "): "
            + told
            + "; what does not need it still works.");
    this.what = path.getFileName() + " " + what;
    this.remedy = remedy;
  }

  /** It may be what was written, and be readable another time. */
  static DamagedFileException unreadable(Path path, IOException cause) {
    return cause instanceof AccessDeniedException
        ? unreadable(path, "permission was denied", "check its owner and permissions", cause)
        : unreadable(
            path, reason(cause), "check the disk, or restore the file from a backup", cause);
  }

  private static DamagedFileException unreadable(
      Path path, String why, String remedy, IOException cause) {
    String sentence = Character.toUpperCase(remedy.charAt(0)) + remedy.substring(1);
    DamagedFileException made =
        new DamagedFileException(path, why + ". " + sentence, "cannot be read: " + why, remedy);
    Throwable unused = made.initCause(cause);
    return made;
  }

  private static String reason(IOException cause) {
    return cause instanceof FileSystemException failure && failure.getReason() != null
        ? String.valueOf(failure.getReason())
        : String.valueOf(cause.getMessage());
  }

  /** A clause without full stop. */
  String what() {
    return what;
  }

  /** What to do, a clause without full stop. */
  String remedy() {
    return remedy;
  }

  /** Whether it may be sound, and only the disk does not give it now. */
  boolean isUnreadable() {
    return getCause() != null;
  }
}

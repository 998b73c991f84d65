package dev.marey.snapshot;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A snapshot, revert or session operation could not be done. The message says what was tried, what
 * happened and what to do; it may be shown to a person as it is.
 */
public class SnapshotException extends Exception {

  private static final long serialVersionUID = 1;

  public SnapshotException(String message) {
    super(message);
  }

  public SnapshotException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /**
   * Puts a failed file operation into plain words.
   *
   * @param tried what was being done, to follow "Could not", as in {@code write the page store}
   * @param where the file or folder
   */
  public static SnapshotException ofFile(String tried, Path where, IOException cause) {
    String text = String.valueOf(cause.getMessage());
    String lower = text.toLowerCase(Locale.ROOT);
    String what;
    if (lower.contains("no space left") || lower.contains("quota exceeded")) {
      what =
          "the disk is full. Free some space and try again; what was stored before is not"
              + " affected";
    } else if (cause instanceof AccessDeniedException || lower.contains("permission denied")) {
      what = "permission was denied. Check the owner and permissions of the folder";
    } else if (lower.contains("read-only file system")) {
      what = "the file system is read-only. Copy the session to a writable place";
    } else if (cause instanceof NoSuchFileException || lower.contains("no such file")) {
      what = "it does not exist. Check the path";
    } else {
      what = text + ". Check the disk";
    }
    return new SnapshotException("Could not " + tried + " (" + where + "): " + what + ".", cause);
  }
}

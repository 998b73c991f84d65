package dev.marey.snapshot;

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
}

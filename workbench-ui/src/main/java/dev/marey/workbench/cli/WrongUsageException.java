package dev.marey.workbench.cli;

/** The arguments contradict each other or something is missing among them: exit code 2. */
final class WrongUsageException extends UserErrorException {

  private static final long serialVersionUID = 1;

  WrongUsageException(String message) {
    super(message);
  }
}

package dev.marey.workbench.cli;

/**
 * A command cannot be done as asked. The message says what was tried, what happened and what to do;
 * it is printed as it is.
 */
class UserErrorException extends Exception {

  private static final long serialVersionUID = 1;

  UserErrorException(String message) {
    super(message);
  }
}

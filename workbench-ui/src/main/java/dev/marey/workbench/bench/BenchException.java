package dev.marey.workbench.bench;

/** A measurement could not be made. The message says what was tried, what happened, what to do. */
public final class BenchException extends Exception {

  private static final long serialVersionUID = 1;

  BenchException(String message) {
    super(message);
  }

  BenchException(String message, Throwable cause) {
    super(message, cause);
  }
}

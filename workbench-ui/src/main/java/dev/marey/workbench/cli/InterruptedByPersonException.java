package dev.marey.workbench.cli;

/** Ctrl+C, or another signal that asks the program to end; everything was closed in order. */
final class InterruptedByPersonException extends Exception {

  private static final long serialVersionUID = 1;

  InterruptedByPersonException() {
    super("interrupted");
  }
}

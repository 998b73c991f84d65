package dev.marey.workbench.bench;

/** Is told how far the benchmark is. Called on the benchmark's thread. */
public interface Narration {

  /** A measurement begins. */
  void begins(String what, int number, int total);

  /** A step of it was done. */
  void done(String what, int steps, int total);
}

package dev.marey.workbench.bench;

/** Is told how far the benchmark is. Called on the benchmark's thread. */
public interface Narration {

  /** A measurement begins. */
  void begins(String what, int number, int total);

  /** It could not be made. */
  void failed(String why);

  /** A step of it was done. */
  void done(String what, int steps, int total);
}

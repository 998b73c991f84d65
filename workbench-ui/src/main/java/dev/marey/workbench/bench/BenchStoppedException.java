package dev.marey.workbench.bench;

/** The person asked the benchmark to end; what was measured until then is not complete. */
public final class BenchStoppedException extends Exception {

  private static final long serialVersionUID = 1;

  public BenchStoppedException() {
    super("stopped");
  }
}

package dev.marey.workbench.tasks;

/** How a piece of background work tells how far it is and learns that it is no longer wanted. */
public interface Progress {

  /** Fraction of the work done when it is unknown. */
  double UNKNOWN = -1;

  /**
   * Tells how far the work is.
   *
   * @param fraction 0 to 1, or {@link #UNKNOWN}
   * @param message what is being done, for a person
   */
  void update(double fraction, String message);

  /** Whether the person cancelled; work that takes long asks now and then and returns early. */
  boolean cancelled();
}

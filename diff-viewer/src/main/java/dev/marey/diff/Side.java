package dev.marey.diff;

/** Which of the two compared instants: what was on the left, or what it is compared with. */
public enum Side {
  A,
  B;

  public Side other() {
    return this == A ? B : A;
  }
}

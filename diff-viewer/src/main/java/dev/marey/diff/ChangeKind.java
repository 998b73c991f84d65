package dev.marey.diff;

/** What happened to a page on the way from A to B. */
public enum ChangeKind {
  /** It has contents in both, and they differ. */
  CHANGED("changed"),
  /** It was all zeroes in A. */
  APPEARED("appeared"),
  /** It is all zeroes in B. */
  ZEROED("zeroed");

  private final String word;

  ChangeKind(String word) {
    this.word = word;
  }

  /** For people and for JSON: {@code changed}. */
  public String word() {
    return word;
  }

  /** The same change seen from the other side. */
  public ChangeKind reversed() {
    return switch (this) {
      case CHANGED -> CHANGED;
      case APPEARED -> ZEROED;
      case ZEROED -> APPEARED;
    };
  }
}

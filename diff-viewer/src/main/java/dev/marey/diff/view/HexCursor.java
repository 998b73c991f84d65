package dev.marey.diff.view;

/**
 * Caret and selection over addresses {@code 0 … length - 1}.
 *
 * @param caret the byte the keyboard is at
 * @param anchor the other end of the selection, the caret itself when nothing more is selected
 */
record HexCursor(long caret, long anchor) {

  static final HexCursor START = new HexCursor(0, 0);

  /** To an address, which is moved into the bounds. */
  HexCursor to(long address, boolean extend, long length) {
    long bounded = Math.max(0, Math.min(length - 1, address));
    return new HexCursor(bounded, extend ? anchor : bounded);
  }

  long first() {
    return Math.min(caret, anchor);
  }

  long last() {
    return Math.max(caret, anchor);
  }

  boolean covers(long address) {
    return address >= first() && address <= last();
  }
}

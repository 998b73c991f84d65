package dev.marey.diff.view;

import javafx.scene.text.Font;
import javafx.scene.text.Text;

/**
 * Where things are in a hex view: columns in characters, rows in pixels.
 *
 * @param charWidth pixels of a character
 * @param rowHeight pixels of a row
 * @param baseline pixels from the top of a row to its base line
 * @param addressDigits digits of an address
 * @param bytesPerRow a power of two
 */
record HexGrid(
    double charWidth, double rowHeight, double baseline, int addressDigits, int bytesPerRow) {

  static final double LEFT = 6;
  private static final int GROUP = 8;
  private static final int MIN_DIGITS = 8;
  private static final int MIN_BYTES = 4;

  /** The widest grid that fits; at least four bytes to a row. */
  static HexGrid fitting(Font font, long lengthBytes, double width, int maxBytesPerRow) {
    Text probe = new Text("0".repeat(20));
    probe.setFont(font);
    double charWidth = probe.getLayoutBounds().getWidth() / 20;
    double rowHeight = Math.ceil(probe.getLayoutBounds().getHeight()) + 2;
    double baseline = Math.round(probe.getBaselineOffset()) + 1;
    int digits = Math.max(MIN_DIGITS, Long.toHexString(Math.max(0, lengthBytes - 1)).length());
    int bytes = maxBytesPerRow;
    HexGrid grid = new HexGrid(charWidth, rowHeight, baseline, digits, bytes);
    while (bytes > MIN_BYTES && grid.width() > width) {
      bytes /= 2;
      grid = new HexGrid(charWidth, rowHeight, baseline, digits, bytes);
    }
    return grid;
  }

  double width() {
    return asciiX(bytesPerRow) + LEFT;
  }

  double addressX() {
    return LEFT;
  }

  /** Left edge of the two digits of the byte in this column. */
  double hexX(int column) {
    int chars = addressDigits + 2 + column * 3 + column / GROUP;
    return LEFT + chars * charWidth;
  }

  double asciiX(int column) {
    int chars = addressDigits + 2 + bytesPerRow * 3 + (bytesPerRow - 1) / GROUP + 1 + column;
    return LEFT + chars * charWidth;
  }

  double rowY(int row) {
    return row * rowHeight;
  }

  /** Rows that fit whole. */
  int rowsIn(double height) {
    return (int) Math.max(1, Math.floor(height / rowHeight));
  }

  /** Column of the byte at this x, in either half; the nearest one. */
  int columnAt(double x) {
    if (x >= asciiX(0) - charWidth) {
      return clamp((int) Math.floor((x - asciiX(0)) / charWidth));
    }
    int column = bytesPerRow - 1;
    while (column > 0 && hexX(column) - charWidth / 2 > x) {
      column--;
    }
    return column;
  }

  String address(long address) {
    String digits = Long.toHexString(address);
    return "0".repeat(Math.max(0, addressDigits - digits.length())) + digits;
  }

  private int clamp(int column) {
    return Math.max(0, Math.min(bytesPerRow - 1, column));
  }
}

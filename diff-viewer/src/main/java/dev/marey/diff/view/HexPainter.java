package dev.marey.diff.view;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;

/**
 * Draws rows of bytes and keeps what it drew as text, so that tests and screen readers see what the
 * eye sees.
 *
 * <p>Threading: fx.
 */
final class HexPainter {

  private static final HexFormat HEX = HexFormat.of();
  private static final double MARK_LINE = 1.5;

  /** What is drawn in a cell: two characters, one character, a colour. */
  private record Cell(String hex, String ascii, HexColor color) {
    static final Cell LOADING = new Cell("··", " ", HexColor.ZERO);
    static final Cell NOT_THERE = new Cell("--", " ", HexColor.ZERO);
    static final Cell FAILED = new Cell("!!", " ", HexColor.FAILED);
  }

  private static final Cell[] VALUES = new Cell[256];

  static {
    for (int value = 0; value < VALUES.length; value++) {
      boolean printable = value > 0x20 && value < 0x7f;
      String ascii = printable ? String.valueOf((char) value) : value == 0x20 ? " " : ".";
      VALUES[value] =
          new Cell(
              HEX.toHexDigits((byte) value), ascii, value == 0 ? HexColor.ZERO : HexColor.TEXT);
    }
  }

  private final Map<HexColor, Color> colors = new EnumMap<>(HexColor.class);
  private final List<String> lines = new ArrayList<>();
  private final List<Long> marks = new ArrayList<>();
  private final StringBuilder hexText = new StringBuilder();
  private final StringBuilder asciiText = new StringBuilder();

  void setColor(HexColor which, Color color) {
    colors.put(which, color);
  }

  /** The rows drawn last, as text: address, bytes, characters. */
  String text() {
    return String.join("\n", lines);
  }

  /** Addresses of the marked bytes drawn last. */
  List<Long> marks() {
    return List.copyOf(marks);
  }

  /** Everything a frame depends on. */
  record Frame(
      HexGrid grid,
      Font font,
      long lengthBytes,
      long topRow,
      HexCursor cursor,
      boolean focused,
      HexPages pages,
      HexMarks marks) {}

  void paint(GraphicsContext g, double width, double height, Frame frame) {
    lines.clear();
    marks.clear();
    g.setFill(color(HexColor.BACKGROUND));
    g.fillRect(0, 0, width, height);
    g.setFont(frame.font);
    HexGrid grid = frame.grid;
    int rows = (int) Math.ceil(height / grid.rowHeight());
    double separator = Math.round(grid.hexX(0) - grid.charWidth()) + 0.5;
    g.setStroke(color(HexColor.SEPARATOR));
    g.strokeLine(separator, 0, separator, height);
    separator = Math.round(grid.asciiX(0) - grid.charWidth()) + 0.5;
    g.strokeLine(separator, 0, separator, height);
    for (int row = 0; row < rows; row++) {
      long address = (frame.topRow + row) * grid.bytesPerRow();
      if (address >= frame.lengthBytes) {
        break;
      }
      row(g, frame, row, address);
    }
  }

  private void row(GraphicsContext g, Frame frame, int row, long address) {
    HexGrid grid = frame.grid;
    HexPages.State state = frame.pages.state(address / HexSource.PAGE_BYTES);
    double y = grid.rowY(row);
    long cursorRow = frame.cursor.caret() / grid.bytesPerRow();
    g.setFill(color(cursorRow == frame.topRow + row ? HexColor.CURRENT_ADDRESS : HexColor.ADDRESS));
    g.fillText(grid.address(address), grid.addressX(), y + grid.baseline());
    hexText.setLength(0);
    asciiText.setLength(0);
    int columns = (int) Math.min(grid.bytesPerRow(), frame.lengthBytes - address);
    for (int column = 0; column < columns; column++) {
      Cell cell = cell(state, address + column);
      boolean marked =
          state instanceof HexPages.Known known
              && frame.marks.marked(address + column, byteOf(known, address + column));
      cell(g, frame, column, y, address + column, cell, marked);
      hexText.append(column > 0 && column % 8 == 0 ? "  " : column > 0 ? " " : "").append(cell.hex);
      asciiText.append(cell.ascii);
    }
    if (cursorRow == frame.topRow + row) {
      caret(g, frame, row);
    }
    if (state instanceof HexPages.Failed failed && address % HexSource.PAGE_BYTES == 0) {
      g.setFill(color(HexColor.FAILED));
      g.fillText(failed.reason(), grid.asciiX(0), y + grid.baseline());
      asciiText.setLength(0);
      asciiText.append(failed.reason());
    }
    lines.add(grid.address(address) + "  " + hexText + "  " + asciiText);
  }

  private void cell(
      GraphicsContext g,
      Frame frame,
      int column,
      double y,
      long address,
      Cell cell,
      boolean marked) {
    HexGrid grid = frame.grid;
    double hexX = grid.hexX(column);
    double asciiX = grid.asciiX(column);
    boolean selected = frame.cursor.covers(address) && frame.cursor.first() != frame.cursor.last();
    if (marked || selected) {
      g.setFill(color(selected ? HexColor.SELECTION : HexColor.CHANGED_BACKGROUND));
      fill(g, hexX - 1, y, 2 * grid.charWidth() + 2, grid.rowHeight());
      fill(g, asciiX, y, grid.charWidth(), grid.rowHeight());
    }
    if (marked) {
      marks.add(address);
      g.setFill(color(HexColor.CHANGED_LINE));
      double lineY = y + grid.rowHeight() - MARK_LINE - 0.5;
      g.fillRect(hexX - 1, lineY, 2 * grid.charWidth() + 2, MARK_LINE);
      g.fillRect(asciiX, lineY, grid.charWidth(), MARK_LINE);
    }
    Color text = color(marked ? HexColor.CHANGED_TEXT : cell.color);
    g.setFill(text);
    g.fillText(cell.hex, hexX, y + grid.baseline());
    if (!cell.ascii.equals(" ")) {
      g.setFill(marked || cell.color != HexColor.TEXT ? text : asciiColor(cell));
      g.fillText(cell.ascii, asciiX, y + grid.baseline());
    }
  }

  /** Over the cells, so that no neighbour's background covers it. */
  private void caret(GraphicsContext g, Frame frame, int row) {
    HexGrid grid = frame.grid;
    int column = (int) (frame.cursor.caret() % grid.bytesPerRow());
    double y = grid.rowY(row);
    g.setStroke(color(frame.focused ? HexColor.CARET : HexColor.ADDRESS));
    outline(g, grid.hexX(column) - 2, y, 2 * grid.charWidth() + 4, grid.rowHeight());
    outline(g, grid.asciiX(column) - 1, y, grid.charWidth() + 2, grid.rowHeight());
  }

  private Color asciiColor(Cell cell) {
    return color(cell.ascii.equals(".") ? HexColor.ZERO : HexColor.ASCII);
  }

  private static void fill(GraphicsContext g, double x, double y, double width, double height) {
    double left = Math.round(x);
    g.fillRect(left, y, Math.round(x + width) - left, height);
  }

  private static void outline(GraphicsContext g, double x, double y, double width, double height) {
    double left = Math.round(x) + 0.5;
    g.strokeRect(left, y + 0.5, Math.rint(width) - 1, height - 1);
  }

  private static Cell cell(HexPages.State state, long address) {
    if (state instanceof HexPages.Known known) {
      return VALUES[byteOf(known, address) & 0xff];
    }
    if (state instanceof HexPages.Loading) {
      return Cell.LOADING;
    }
    return state instanceof HexPages.NotThere ? Cell.NOT_THERE : Cell.FAILED;
  }

  private static byte byteOf(HexPages.Known known, long address) {
    return known.bytes()[(int) (address % HexSource.PAGE_BYTES)];
  }

  private Color color(HexColor which) {
    return colors.getOrDefault(which, Color.GRAY);
  }
}

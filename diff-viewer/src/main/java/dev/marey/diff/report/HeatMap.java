package dev.marey.diff.report;

import dev.marey.diff.RamDiff;
import dev.marey.machine.PageNumber;
import java.io.IOException;
import java.util.Locale;

/** All RAM as a picture of cells, the darker the more of a cell's pages changed. */
final class HeatMap {

  private static final int COLUMNS = 128;
  private static final int MOST_CELLS = COLUMNS * 64;
  private static final int SIZE = 8;

  private final RamDiff ram;
  private final int pagesPerCell;
  private final int[] changed;

  HeatMap(RamDiff ram) {
    this.ram = ram;
    int pages = ram.ram().pageCount();
    this.pagesPerCell = (pages + MOST_CELLS - 1) / MOST_CELLS;
    this.changed = new int[(pages + pagesPerCell - 1) / pagesPerCell];
    for (int i = 0; i < ram.pagesChanged(); i++) {
      changed[ram.change(i).page().index() / pagesPerCell]++;
    }
  }

  void write(Markup out) throws IOException {
    int rows = (changed.length + COLUMNS - 1) / COLUMNS;
    String size = "0 0 " + COLUMNS * SIZE + " " + rows * SIZE;
    out.open("svg", "viewBox", size, "role", "img", "aria-label", "changed pages of RAM");
    out.open("rect", "class", "ram", "width", "100%", "height", "100%").close();
    for (int cell = 0; cell < changed.length; cell++) {
      if (changed[cell] > 0) {
        out.open(
            "rect",
            "class",
            "hot",
            "x",
            "" + cell % COLUMNS * SIZE,
            "y",
            "" + cell / COLUMNS * SIZE,
            "width",
            "" + (SIZE - 1),
            "height",
            "" + (SIZE - 1),
            "fill-opacity",
            String.format(Locale.ROOT, "%.2f", 0.3 + 0.7 * changed[cell] / pagesPerCell));
        out.element("title", title(cell)).close();
      }
    }
    out.close();
    out.element(
        "p",
        "A cell is "
            + pagesPerCell * (PageNumber.PAGE_BYTES / 1024)
            + " KiB, a row "
            + (long) pagesPerCell * COLUMNS * PageNumber.PAGE_BYTES / 1024
            + " KiB.",
        "class",
        "hint");
  }

  private String title(int cell) {
    PageNumber first = new PageNumber(cell * pagesPerCell);
    return ram.ram().layout().addressOf(first)
        + ": "
        + changed[cell]
        + " of "
        + pagesPerCell
        + " pages";
  }
}

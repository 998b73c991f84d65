package dev.marey.diff.view;

import dev.marey.machine.PageNumber;
import java.util.Arrays;

/**
 * Where pages are in a picture of {@code columns} cells a row; a cell is a square of pixels.
 *
 * @param pageCount pages to show
 * @param pagesPerCell 1 unless there are more pages than pixels
 * @param columns cells in a row
 * @param zoom pixels along the side of a cell
 */
record HeatGrid(int pageCount, int pagesPerCell, int columns, int zoom) {

  private static final int MAX_ZOOM = 16;
  private static final int GAP_FROM = 4;

  /** The largest squares with which all pages fit; several pages to a pixel where need be. */
  static HeatGrid fitting(int pageCount, int width, int height) {
    int perCell = 1;
    while (true) {
      int cells = (pageCount + perCell - 1) / perCell;
      for (int zoom = MAX_ZOOM; zoom >= 1; zoom--) {
        int columns = rounded(width / zoom);
        if (columns > 0 && (cells + columns - 1) / columns * (long) zoom <= height) {
          return new HeatGrid(pageCount, perCell, columns, zoom);
        }
      }
      if (perCell >= pageCount) {
        return new HeatGrid(pageCount, pageCount, 1, 1);
      }
      perCell *= 2;
    }
  }

  /** A multiple of 16 where that leaves something, so that rows begin at round addresses. */
  private static int rounded(int columns) {
    return columns >= 16 ? columns / 16 * 16 : columns;
  }

  int cells() {
    return (pageCount + pagesPerCell - 1) / pagesPerCell;
  }

  int rows() {
    return (cells() + columns - 1) / columns;
  }

  int width() {
    return columns * zoom;
  }

  int height() {
    return rows() * zoom;
  }

  int cell(int page) {
    return page / pagesPerCell;
  }

  int x(int page) {
    return cell(page) % columns * zoom;
  }

  int y(int page) {
    return cell(page) / columns * zoom;
  }

  /** First page of the cell at a pixel; -1 where there is none. */
  int firstPageAt(int x, int y) {
    int column = x / zoom;
    int cell = y / zoom * columns + column;
    return x < 0 || y < 0 || column >= columns || cell >= cells() ? -1 : cell * pagesPerCell;
  }

  /** Paints a cell; squares large enough keep a line between them. */
  void fill(int[] pixels, int cell, int argb) {
    int side = zoom >= GAP_FROM ? zoom - 1 : zoom;
    int start = cell / columns * zoom * width() + cell % columns * zoom;
    for (int row = 0; row < side; row++) {
      int from = start + row * width();
      Arrays.fill(pixels, from, from + side, argb);
    }
  }

  String scale() {
    String cell =
        pagesPerCell == 1
            ? "1 page = %d×%d px".formatted(zoom, zoom)
            : "1 px = %d pages".formatted(pagesPerCell);
    long rowKib = (long) columns * pagesPerCell * PageNumber.PAGE_BYTES / 1024;
    return rowKib % 1024 == 0
        ? cell + " · row = %,d MiB".formatted(rowKib / 1024)
        : cell + " · row = %,d KiB".formatted(rowKib);
  }
}

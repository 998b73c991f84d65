package dev.marey.diff.view;

import java.util.function.LongSupplier;
import javafx.beans.property.LongProperty;
import javafx.beans.property.SimpleLongProperty;
import javafx.geometry.Orientation;
import javafx.scene.control.ScrollBar;

/**
 * Which row of a {@link HexView} is at its top. The scroll bar counts rows, of which there may be
 * far more than pixels.
 *
 * <p>Threading: fx.
 */
final class HexScroll {

  private final LongSupplier lengthBytes;
  private final ScrollBar bar = new ScrollBar();
  private final LongProperty topRow = new SimpleLongProperty(this, "topRow");
  private HexGrid grid = new HexGrid(7, 16, 12, 8, 16);
  private double height;
  private boolean fitting;

  HexScroll(LongSupplier lengthBytes) {
    this.lengthBytes = lengthBytes;
    bar.setOrientation(Orientation.VERTICAL);
    bar.setFocusTraversable(false);
    bar.valueProperty()
        .addListener(
            (o, before, now) -> {
              if (!fitting) {
                topRow.set(Math.round(now.doubleValue()));
              }
            });
  }

  ScrollBar bar() {
    return bar;
  }

  /** Row at the top, counted from address 0. */
  LongProperty topRowProperty() {
    return topRow;
  }

  void to(long row) {
    topRow.set(Math.max(0, Math.min(lastTopRow(), row)));
  }

  /** Brings an address into view, a third down if it was out of it. */
  void reveal(long address) {
    long row = address / grid.bytesPerRow();
    if (row < topRow.get() || row >= topRow.get() + rows()) {
      to(row - rows() / 3);
    }
  }

  /** Scrolls as little as shows an address. */
  void show(long address) {
    long row = address / grid.bytesPerRow();
    if (row < topRow.get()) {
      to(row);
    } else if (row >= topRow.get() + rows()) {
      to(row - rows() + 1);
    }
  }

  /** Takes the size of view and rows; the address at the top stays there. */
  void fit(HexGrid before, HexGrid now, double viewHeight) {
    grid = now;
    height = viewHeight;
    if (before.bytesPerRow() != now.bytesPerRow()) {
      topRow.set(topRow.get() * before.bytesPerRow() / now.bytesPerRow());
    }
    fitting = true;
    long last = lastTopRow();
    bar.setMax((double) last);
    bar.setVisibleAmount(last == 0 ? 1 : Math.max(last / 20.0, rows()));
    bar.setBlockIncrement(rows());
    bar.setValue((double) topRow.get());
    bar.setDisable(last == 0);
    fitting = false;
  }

  private int rows() {
    return grid.rowsIn(height);
  }

  private long lastTopRow() {
    long all = (lengthBytes.getAsLong() + grid.bytesPerRow() - 1) / grid.bytesPerRow();
    return Math.max(0, all - rows());
  }
}

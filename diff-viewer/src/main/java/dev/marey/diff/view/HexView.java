package dev.marey.diff.view;

import java.util.List;
import java.util.Optional;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.LongProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.value.ObservableValue;
import javafx.css.CssMetaData;
import javafx.css.Styleable;
import javafx.css.StyleableProperty;
import javafx.css.StyleablePropertyFactory;
import javafx.scene.AccessibleAttribute;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.Canvas;
import javafx.scene.control.Label;
import javafx.scene.layout.Region;
import javafx.scene.text.Font;
import org.jspecify.annotations.Nullable;

/**
 * Bytes as hexadecimal and characters, for sources of any length: rows are drawn on a canvas, so
 * only what is seen costs anything, and pages are read in the background when they come into view.
 *
 * <p>Keys: arrows, Page Up/Down, Home/End (row), Ctrl+Home/End (all), Shift extends the selection,
 * Ctrl+G go to an address, Ctrl+C copy, Ctrl with +, −, 0 or the wheel scales the letters.
 *
 * <p>Threading: fx.
 */
public final class HexView extends Region {

  private static final StyleablePropertyFactory<HexView> FACTORY =
      new StyleablePropertyFactory<>(Region.getClassCssMetaData());
  private static final double SCALE_STEP = 1.1;

  private final BackgroundWork work;
  private final Canvas canvas = new Canvas();
  private final HexScroll scroll = new HexScroll(this::lengthBytes);
  private final Label empty = new Label();
  private final HexGoTo goTo = new HexGoTo(this);
  private final HexPainter painter = new HexPainter();
  private final HexColors colors;
  private final StyleableProperty<Font> font;

  private final ObjectProperty<HexCursor> cursor =
      new SimpleObjectProperty<>(this, "cursor", HexCursor.START);
  private final DoubleProperty zoom = new SimpleDoubleProperty(this, "zoom", 1);

  private Optional<HexSource> source = Optional.empty();
  private Optional<HexPages> pages = Optional.empty();
  private HexMarks marks = HexMarks.NONE;
  private Runnable pageListener = () -> {};
  private int maxBytesPerRow = 16;
  private HexGrid grid = new HexGrid(7, 16, 12, 8, 16);

  public HexView(BackgroundWork work) {
    this.work = work;
    getStyleClass().add("marey-hex-view");
    setFocusTraversable(true);
    setAccessibleRole(AccessibleRole.TEXT_AREA);
    setAccessibleRoleDescription("Memory");
    empty.getStyleClass().add("marey-empty");
    getChildren().addAll(canvas, scroll.bar(), empty, goTo);
    font =
        FACTORY.createStyleableFontProperty(
            this, "font", "-fx-font", view -> view.font, Font.font("DejaVu Sans Mono", 12), true);
    ((ObservableValue<?>) font).addListener((o, before, now) -> redraw());
    colors = new HexColors(this, FACTORY, view -> view.colors, this::redraw);
    scroll.topRowProperty().addListener((o, before, now) -> redraw());
    cursor.addListener((o, before, now) -> cursorMoved());
    zoom.addListener((o, before, now) -> redraw());
    focusedProperty().addListener((o, before, now) -> redraw());
    new HexKeys(this, canvas).install();
    setEmptyText("Nothing to show.");
    clear();
  }

  /** Shows these bytes; the caret stays where it is if it can. */
  public void show(HexSource shown) {
    source = Optional.of(shown);
    pages = Optional.of(new HexPages(work, shown, this::pageArrived));
    empty.setVisible(false);
    moveTo(cursor.get().caret(), false);
    scrollTo(scroll.topRowProperty().get());
    redraw();
  }

  /** Reads again what is on screen; for a machine that has run meanwhile. */
  public void reload() {
    source.ifPresent(this::show);
  }

  /** Shows nothing but the empty text. */
  public void clear() {
    source = Optional.empty();
    pages = Optional.empty();
    empty.setVisible(true);
    redraw();
  }

  /** What stands there when nothing is shown: one line saying what fills the view. */
  public void setEmptyText(String line) {
    empty.setText(line);
  }

  public void setMarks(HexMarks newMarks) {
    marks = newMarks;
    redraw();
  }

  /** Called after a page that was loading has come in. */
  void setPageListener(Runnable listener) {
    pageListener = listener;
  }

  /** Most bytes in a row, a power of two; fewer are shown where there is no room. */
  public void setMaxBytesPerRow(int count) {
    if (Integer.bitCount(count) != 1) {
      throw new IllegalArgumentException("count is not a power of two: " + count);
    }
    maxBytesPerRow = count;
    redraw();
  }

  /** Puts the caret on an address and brings it into view, a third down if it was out of it. */
  public void goTo(long address) {
    moveTo(address, false);
    scroll.reveal(caret());
  }

  /** Opens the field for an address, as Ctrl+G. */
  public void askForAddress() {
    goTo.open();
  }

  public long caret() {
    return cursor.get().caret();
  }

  /** First selected address; the caret when nothing more is selected. */
  public long selectionFirst() {
    return cursor.get().first();
  }

  public long selectionLast() {
    return cursor.get().last();
  }

  public int bytesPerRow() {
    return grid.bytesPerRow();
  }

  /** Scale of the letters, 1 for the style sheet's size. */
  public DoubleProperty zoomProperty() {
    return zoom;
  }

  /** Row at the top, counted from address 0. */
  public LongProperty topRowProperty() {
    return scroll.topRowProperty();
  }

  ObjectProperty<HexCursor> selectionProperty() {
    return cursor;
  }

  /** The byte if it has been read; -1 otherwise. */
  public int byteAt(long address) {
    return pages.map(known -> known.byteAt(address)).orElse(-1);
  }

  /** Rows on screen as text, exactly as drawn: address, bytes, characters. */
  public String visibleText() {
    layout();
    return painter.text();
  }

  /** Addresses of marked bytes on screen, as drawn. */
  public List<Long> visibleMarks() {
    layout();
    return painter.marks();
  }

  HexGrid grid() {
    return grid;
  }

  long lengthBytes() {
    return source.map(HexSource::lengthBytes).orElse(0L);
  }

  void moveTo(long address, boolean extend) {
    if (lengthBytes() > 0) {
      cursor.set(cursor.get().to(address, extend, lengthBytes()));
    }
  }

  /** Scrolls as little as shows the caret. */
  void showCaret() {
    scroll.show(caret());
  }

  void scrollTo(long row) {
    scroll.to(row);
  }

  void scale(int steps) {
    double scaled = steps == 0 ? 1 : zoom.get() * Math.pow(SCALE_STEP, steps);
    zoom.set(Math.max(0.5, Math.min(4, scaled)));
  }

  private void pageArrived() {
    redraw();
    pageListener.run();
  }

  private void cursorMoved() {
    int value = byteAt(caret());
    setAccessibleText(
        "Address 0x%x, %s".formatted(caret(), value < 0 ? "not read" : "%02x".formatted(value)));
    redraw();
  }

  void redraw() {
    setNeedsLayout(true);
  }

  private Font scaledFont() {
    Font base = font.getValue();
    return Font.font(base.getFamily(), base.getSize() * zoom.get());
  }

  @Override
  protected void layoutChildren() {
    double barWidth = scroll.bar().prefWidth(-1);
    double width = Math.max(0, getWidth() - barWidth);
    double height = getHeight();
    canvas.setWidth(width);
    canvas.setHeight(height);
    scroll.bar().resizeRelocate(width, 0, barWidth, height);
    empty.autosize();
    empty.relocate(
        Math.max(8, (width - empty.getWidth()) / 2), Math.max(0, height - empty.getHeight()) / 2);
    goTo.autosize();
    goTo.relocate(Math.max(0, width - goTo.getWidth() - 6), 6);
    paint(width, height);
  }

  private void paint(double width, double height) {
    colors.applyTo(painter);
    Font scaled = scaledFont();
    HexGrid before = grid;
    grid = HexGrid.fitting(scaled, lengthBytes(), width, maxBytesPerRow);
    scroll.fit(before, grid, height);
    painter.paint(
        canvas.getGraphicsContext2D(),
        width,
        height,
        new HexPainter.Frame(
            grid,
            scaled,
            lengthBytes(),
            scroll.topRowProperty().get(),
            cursor.get(),
            isFocused(),
            pages.orElseGet(() -> new HexPages(work, HexSource.NOTHING, () -> {})),
            marks));
  }

  @Override
  public @Nullable Object queryAccessibleAttribute(
      AccessibleAttribute attribute, Object... parameters) {
    return attribute == AccessibleAttribute.TEXT
        ? painter.text()
        : super.queryAccessibleAttribute(attribute, parameters);
  }

  @Override
  public String getUserAgentStylesheet() {
    return DiffTheme.shapes();
  }

  public static List<CssMetaData<? extends Styleable, ?>> getClassCssMetaData() {
    return FACTORY.getCssMetaData();
  }

  @Override
  public List<CssMetaData<? extends Styleable, ?>> getCssMetaData() {
    return FACTORY.getCssMetaData();
  }
}

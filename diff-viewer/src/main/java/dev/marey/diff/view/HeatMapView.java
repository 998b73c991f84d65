package dev.marey.diff.view;

import dev.marey.diff.ChangeKind;
import dev.marey.diff.PageChange;
import dev.marey.diff.RamDiff;
import dev.marey.machine.PageNumber;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.value.ObservableValue;
import javafx.css.CssMetaData;
import javafx.css.Styleable;
import javafx.css.StyleableProperty;
import javafx.css.StyleablePropertyFactory;
import javafx.scene.control.Tooltip;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelBuffer;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;

/**
 * All of guest RAM as a picture, a square of whole pixels to a page, or several pages to a pixel
 * where there are too many; changed pages stand out in the colour of their kind. A click chooses a
 * page.
 *
 * <p>Threading: fx.
 */
public final class HeatMapView extends Region {

  private static final StyleablePropertyFactory<HeatMapView> FACTORY =
      new StyleablePropertyFactory<>(Region.getClassCssMetaData());

  private final ImageView picture = new ImageView();
  private final Region mark = new Region();
  private final Tooltip tooltip = new Tooltip();
  private final StyleableProperty<Color> background = color("bg", "#161b22", v -> v.background);
  private final StyleableProperty<Color> outside = color("outside", "#0d1117", v -> v.outside);
  private final StyleableProperty<Color> changed = color("changed", "#e3a008", v -> v.changed);
  private final StyleableProperty<Color> appeared = color("appeared", "#57c878", v -> v.appeared);
  private final StyleableProperty<Color> zeroed = color("zeroed", "#6ca4e8", v -> v.zeroed);

  private Optional<RamDiff> diff = Optional.empty();
  private Optional<PageNumber> selected = Optional.empty();
  private Consumer<PageNumber> chosen = page -> {};
  private HeatGrid grid = HeatGrid.fitting(1, 1, 1);

  public HeatMapView() {
    getStyleClass().add("marey-heat-map");
    mark.getStyleClass().add("marey-heat-mark");
    mark.setMouseTransparent(true);
    getChildren().addAll(picture, mark);
    picture.addEventHandler(MouseEvent.MOUSE_PRESSED, this::press);
    picture.addEventHandler(MouseEvent.MOUSE_MOVED, this::hover);
    Tooltip.install(picture, tooltip);
    setAccessibleText("Map of guest memory");
    clear();
  }

  private StyleableProperty<Color> color(
      String name, String initial, Function<HeatMapView, StyleableProperty<Color>> property) {
    StyleableProperty<Color> color =
        FACTORY.createStyleableColorProperty(
            this, name, "-heat-" + name, property, Color.web(initial));
    ((ObservableValue<?>) color).addListener((o, before, now) -> requestLayout());
    return color;
  }

  /** Shows these changes. */
  public void show(RamDiff shown) {
    diff = Optional.of(shown);
    selected = Optional.empty();
    setAccessibleText("Map of guest memory, %,d pages changed".formatted(shown.pagesChanged()));
    requestLayout();
  }

  /** Shows nothing. */
  public void clear() {
    diff = Optional.empty();
    selected = Optional.empty();
    requestLayout();
  }

  /** Frames a page. */
  public void select(PageNumber page) {
    selected = Optional.of(page);
    requestLayout();
  }

  /** Who is told of a page that was clicked. */
  public void setOnChosen(Consumer<PageNumber> listener) {
    chosen = listener;
  }

  /** What a pixel stands for: {@code 1 page = 2×2 px · row 512 KiB}. */
  public String scale() {
    return grid.scale();
  }

  HeatGrid grid() {
    return grid;
  }

  /** Colour drawn for a page; for tests. */
  Color colorOf(PageNumber page) {
    return picture.getImage().getPixelReader().getColor(grid.x(page.index()), grid.y(page.index()));
  }

  @Override
  protected void layoutChildren() {
    int width = (int) getWidth();
    int height = (int) getHeight();
    if (diff.isEmpty() || width < 1 || height < 1) {
      picture.setImage(null);
      mark.setVisible(false);
      return;
    }
    RamDiff shown = diff.get();
    grid = HeatGrid.fitting(shown.ram().pageCount(), width, height);
    picture.setImage(draw(shown));
    mark.setVisible(selected.isPresent());
    selected.ifPresent(
        page -> {
          double size = Math.max(grid.zoom(), 1) + 4;
          mark.resizeRelocate(grid.x(page.index()) - 2, grid.y(page.index()) - 2, size, size);
        });
  }

  private WritableImage draw(RamDiff shown) {
    int width = grid.width();
    int[] pixels = new int[width * grid.height()];
    Arrays.fill(pixels, argb(outside.getValue()));
    for (int cell = 0; cell < grid.cells(); cell++) {
      grid.fill(pixels, cell, argb(background.getValue()));
    }
    for (int i = 0; i < shown.pagesChanged(); i++) {
      PageChange change = shown.change(i);
      grid.fill(pixels, grid.cell(change.page().index()), argb(colorOf(change.kind())));
    }
    PixelBuffer<IntBuffer> buffer =
        new PixelBuffer<>(
            width, grid.height(), IntBuffer.wrap(pixels), PixelFormat.getIntArgbPreInstance());
    return new WritableImage(buffer);
  }

  private Color colorOf(ChangeKind kind) {
    return switch (kind) {
      case CHANGED -> changed.getValue();
      case APPEARED -> appeared.getValue();
      case ZEROED -> zeroed.getValue();
    };
  }

  private static int argb(Color color) {
    int red = (int) Math.round(color.getRed() * 255);
    int green = (int) Math.round(color.getGreen() * 255);
    int blue = (int) Math.round(color.getBlue() * 255);
    return 0xff000000 | red << 16 | green << 8 | blue;
  }

  private void press(MouseEvent event) {
    pageAt(event)
        .ifPresent(
            page -> {
              select(page);
              chosen.accept(page);
            });
  }

  private void hover(MouseEvent event) {
    tooltip.setText(pageAt(event).map(page -> describe(page) + "\n" + scale()).orElse(""));
  }

  String describe(PageNumber page) {
    return diff.map(
            shown ->
                String.format(
                    Locale.ROOT,
                    "%s · %s",
                    shown.ram().layout().addressOf(page),
                    shown.changeOf(page).map(change -> change.kind().word()).orElse("unchanged")))
        .orElse("");
  }

  /**
   * The page under the mouse; of several in one pixel the first that changed. Until the next layout
   * the picture may be of a comparison that is shown no longer.
   */
  private Optional<PageNumber> pageAt(MouseEvent event) {
    int first = grid.firstPageAt((int) event.getX(), (int) event.getY());
    if (diff.isEmpty() || first < 0 || first >= diff.get().ram().pageCount()) {
      return Optional.empty();
    }
    RamDiff shown = diff.get();
    int end = Math.min(first + grid.pagesPerCell(), shown.ram().pageCount());
    for (int page = first; page < end; page++) {
      if (shown.changeOf(new PageNumber(page)).isPresent()) {
        return Optional.of(new PageNumber(page));
      }
    }
    return Optional.of(new PageNumber(first));
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

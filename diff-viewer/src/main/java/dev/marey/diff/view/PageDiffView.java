package dev.marey.diff.view;

import dev.marey.diff.ChangeKind;
import dev.marey.diff.ComparedInstants;
import dev.marey.diff.NeighbouringPairs;
import dev.marey.diff.PageRun;
import dev.marey.diff.RamDiff;
import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import java.util.Optional;
import javafx.geometry.Orientation;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.SplitPane;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/**
 * RAM of two instants compared: list of changed pages, heat map, bytes side by side. Ctrl+G goes to
 * an address, Ctrl+F searches within changed pages, F3 walks the changes.
 *
 * <p>Threading: fx.
 */
public final class PageDiffView extends BorderPane {

  private final PageListView list;
  private final HeatMapView map = new HeatMapView();
  private final HexDiffView hex;
  private final FlowPane legend = new FlowPane();
  private final PageSearchBar search;
  private Runnable onSwap = this::swap;
  private final DiffHeader header = new DiffHeader(() -> onSwap.run());

  private final CheckBox hideUsual = new CheckBox();
  private final AddressField address =
      new AddressField(this::jump, header::problem, () -> bytes().requestFocus());

  private Optional<ComparedInstants> instants = Optional.empty();
  private Optional<RamDiff> diff = Optional.empty();
  private boolean following;

  public PageDiffView(BackgroundWork work) {
    list = new PageListView(work);
    hex = new HexDiffView(work);
    search = new PageSearchBar(work, hex::goTo, () -> hex.a().requestFocus());
    getStyleClass().addAll("marey-diff", "marey-page-diff");
    legend.getStyleClass().add("marey-legend");
    BorderPane heat = new BorderPane(map);
    heat.getStyleClass().add("marey-heat-pane");
    heat.setBottom(legend);
    SplitPane upper = new SplitPane(list, heat);
    upper.setDividerPositions(0.7);
    SplitPane parts = new SplitPane(upper, hex);
    parts.setOrientation(Orientation.VERTICAL);
    parts.setDividerPositions(0.42);
    header.add(hideUsual);
    header.add(address);
    hideUsual.setId("diff-hide-usual");
    hideUsual.setMinWidth(Region.USE_PREF_SIZE);
    hideUsual.setTooltip(
        new Tooltip(
            "Pages that changed in at least half of the last "
                + NeighbouringPairs.MOST
                + " pairs of neighbouring nodes"));
    list.hideUsualProperty().bind(hideUsual.selectedProperty());
    setTop(new VBox(header, search));
    setCenter(parts);
    list.selectedProperty()
        .addListener(
            (o, before, run) -> {
              if (run != null && !following) {
                map.select(run.pages().first());
                hex.goToChangeIn(run.pages().first());
              }
            });
    map.setOnChosen(this::choose);
    addEventHandler(KeyEvent.KEY_PRESSED, this::key);
    clear();
  }

  /** Shows a comparison; opens the first changed page. */
  public void show(ComparedInstants named, RamDiff shown) {
    instants = Optional.of(named);
    diff = Optional.of(shown);
    int usual = shown.pagesUsual();
    hideUsual.setText("Hide %,d usual %s".formatted(usual, usual == 1 ? "change" : "changes"));
    hideUsual.setDisable(usual == 0);
    header.show(
        named,
        shown.isEmpty()
            ? "No page differs."
            : "%,d of %,d pages differ".formatted(shown.pagesChanged(), shown.ram().pageCount()));
    search.setDiff(diff);
    map.show(shown);
    hex.show(shown, named.a(), named.b());
    list.show(shown);
    showLegend(shown);
    list.rows().stream().findFirst().ifPresent(list::select);
  }

  /** Shows nothing but a line saying what fills the view. */
  public void clear() {
    instants = Optional.empty();
    diff = Optional.empty();
    header.clear();
    search.setDiff(diff);
    map.clear();
    hex.clear();
    list.clear("Select a node to see what changed since the one before it.");
    legend.getChildren().clear();
  }

  /** Exchanges A and B. */
  public void swap() {
    if (instants.isPresent() && diff.isPresent()) {
      show(instants.get().swapped(), diff.get().swapped());
    }
  }

  /** What the Swap button does; by itself it exchanges A and B of this view. */
  public void setOnSwap(Runnable action) {
    onSwap = action;
  }

  /** Shows the bytes at an address. */
  public void goTo(GuestAddress address) {
    hex.goTo(address);
  }

  public PageListView list() {
    return list;
  }

  public HeatMapView map() {
    return map;
  }

  public HexDiffView hex() {
    return hex;
  }

  private void choose(PageNumber page) {
    if (follow(page)) {
      hex.goToChangeIn(page);
    } else {
      diff.ifPresent(shown -> hex.goTo(shown.ram().layout().addressOf(page)));
    }
  }

  /** Selects the row that the page is folded into, if it changed; the bytes stay where they are. */
  private boolean follow(PageNumber page) {
    Optional<PageRun> run = diff.flatMap(shown -> shown.runOf(page));
    following = true;
    run.ifPresent(list::select);
    following = false;
    return run.isPresent();
  }

  private void jump(GuestAddress to) {
    if (diff.isEmpty()) {
      return;
    }
    Optional<PageNumber> page = diff.get().ram().layout().pageAt(to);
    if (page.isEmpty()) {
      header.problem("The guest has no memory at " + to);
      return;
    }
    follow(page.get());
    map.select(page.get());
    hex.goTo(to);
    bytes().requestFocus();
  }

  private HexView bytes() {
    return hex.a();
  }

  private void key(KeyEvent event) {
    if (event.isShortcutDown() && event.getCode() == KeyCode.F) {
      search.open();
      event.consume();
    } else if (event.isShortcutDown() && event.getCode() == KeyCode.G) {
      address.requestFocus();
      address.selectAll();
      event.consume();
    } else if (event.getCode() == KeyCode.F3) {
      if (event.isShiftDown()) {
        hex.previousChange();
      } else {
        hex.nextChange();
      }
      event.consume();
    }
  }

  private void showLegend(RamDiff shown) {
    legend.getChildren().clear();
    for (ChangeKind kind : ChangeKind.values()) {
      Region swatch = new Region();
      swatch.getStyleClass().addAll("marey-swatch", "marey-swatch-" + kind.word());
      Label text = new Label("%s %,d".formatted(kind.word(), shown.count(kind)));
      HBox entry = new HBox(swatch, text);
      entry.getStyleClass().add("marey-legend-entry");
      legend.getChildren().add(entry);
    }
  }

  @Override
  public String getUserAgentStylesheet() {
    return DiffTheme.shapes();
  }
}

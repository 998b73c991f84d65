package dev.marey.diff.view;

import dev.marey.diff.ByteCounts;
import dev.marey.diff.ChangeKind;
import dev.marey.diff.PageRun;
import dev.marey.diff.RamDiff;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.collections.FXCollections;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import org.jspecify.annotations.Nullable;

/**
 * The changed pages, neighbours folded into a row, the rarest changes first. Shows at once what
 * page maps say; bytes and preview fill in for the rows on screen. Sorting by bytes reads every
 * page, with progress, and can be cancelled.
 *
 * <p>Threading: fx.
 */
public final class PageListView extends BorderPane {

  private static final double ROW_HEIGHT = 22;
  private static final Comparator<PageRun> RARITY =
      Comparator.comparingInt(PageRun::seldom).thenComparing(PageRun::address);

  private final BackgroundWork work;
  private final TableView<PageRun> table = new TableView<>();
  private final Label sorting = new Label("Counting bytes…");
  private final ProgressBar progress = new ProgressBar(0);
  private final Button cancel = new Button("Cancel");
  private final HBox sortBar = new HBox(sorting, progress, cancel);
  private final Label empty = new Label();
  private final TableColumn<PageRun, PageRun> bytesColumn;
  private final ReadOnlyObjectWrapper<@Nullable PageRun> selected =
      new ReadOnlyObjectWrapper<>(this, "selected");

  private final BooleanProperty hideUsual = new SimpleBooleanProperty(this, "hideUsual");
  private List<PageRun> all = List.of();
  private int pairs;
  private Optional<PageFigures> figures = Optional.empty();
  private BackgroundWork.Running counting = () -> {};

  public PageListView(BackgroundWork work) {
    this.work = work;
    getStyleClass().add("marey-page-list");
    table.setId("page-list");
    table.setFixedCellSize(ROW_HEIGHT);
    table.setPlaceholder(empty);
    table.getStyleClass().add("dense");
    empty.getStyleClass().add("marey-empty");
    Comparator<PageRun> byAddress = Comparator.comparing(PageRun::address);
    hideUsual.addListener((property, before, now) -> fill());
    column("Address", 96, "marey-mono", byAddress, run -> run.address().toString());
    TableColumn<PageRun, PageRun> kind =
        column("Kind", 96, "", Comparator.comparing(PageRun::kind), run -> run.kind().word());
    kind.setCellFactory(c -> new KindCell());
    column(
        "Pages",
        52,
        "marey-number",
        Comparator.comparingInt(run -> run.pages().pageCount()),
        run -> "%,d".formatted(run.pages().pageCount()));
    column(
            "Seen in",
            62,
            "marey-number",
            RARITY,
            run -> pairs == 0 ? "–" : run.seldom() + " of " + pairs)
        .setId("page-list-seen");
    bytesColumn = lazyColumn("Bytes", 64, "marey-number", found -> "%,d".formatted(found.bytes()));
    bytesColumn.setComparator(Comparator.comparingLong(this::knownBytes));
    TableColumn<PageRun, PageRun> preview =
        lazyColumn("First change", 170, "marey-mono", PageFigures.Figures::preview);
    preview.setSortable(false);
    table.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
    table.setSortPolicy(t -> sort());
    table
        .getSelectionModel()
        .selectedItemProperty()
        .addListener((o, before, now) -> selected.set(now));
    sorting.setId("page-list-sorting");
    sorting.setMinWidth(0);
    cancel.setId("page-list-cancel");
    sortBar.getStyleClass().add("marey-bar");
    cancel.setOnAction(event -> cancelSort());
    setCenter(table);
    setEmptyText("Select two nodes to see the pages that differ.");
  }

  /** Shows these changes; a selection is not kept. */
  public void show(RamDiff diff) {
    counting.cancel();
    setBottom(null);
    figures = Optional.of(new PageFigures(work, new ByteCounts(diff)));
    pairs = diff.history().pairs();
    all = diff.runsByRarity();
    fill();
    // A row equal to one of the last comparison would keep that one's bytes and preview.
    table.refresh();
  }

  /** Shows nothing. */
  public void clear(String line) {
    counting.cancel();
    setBottom(null);
    figures = Optional.empty();
    all = List.of();
    table.getItems().clear();
    setEmptyText(line);
  }

  /** The rarest first, as long as no column is chosen to sort by. */
  private void fill() {
    table.getSortOrder().clear();
    boolean hide = hideUsual.get();
    table.setItems(
        FXCollections.observableArrayList(
            hide ? all.stream().filter(run -> !run.usual()).toList() : all));
    setEmptyText(
        all.isEmpty()
            ? "No page differs."
            : "Only pages differ that usually do; Hide usual changes hides them.");
  }

  /** Whether pages that usually change are left out. */
  public BooleanProperty hideUsualProperty() {
    return hideUsual;
  }

  private void setEmptyText(String line) {
    empty.setText(line);
  }

  /** The row the person chose; null when none. */
  public ReadOnlyObjectProperty<@Nullable PageRun> selectedProperty() {
    return selected.getReadOnlyProperty();
  }

  /** Selects a row and brings it into view; selects none if it is hidden. */
  public void select(PageRun run) {
    if (hideUsual.get() && run.usual()) {
      table.getSelectionModel().clearSelection();
      return;
    }
    table.getSelectionModel().select(run);
    int index = table.getSelectionModel().getSelectedIndex();
    if (index >= 0) {
      table.scrollTo(Math.max(0, index - 3));
    }
  }

  /** The rows in their present order. */
  public List<PageRun> rows() {
    return List.copyOf(table.getItems());
  }

  /** The table itself, for focus. */
  public TableView<PageRun> table() {
    return table;
  }

  private boolean sort() {
    counting.cancel();
    setBottom(null);
    if (table.getSortOrder().contains(bytesColumn) && figures.isPresent()) {
      PageFigures counted = figures.get();
      progress.setProgress(0);
      sorting.setText("Counting bytes…");
      busy(true);
      setBottom(sortBar);
      counting =
          work.run(
              reports -> counted.counts().countReadable(reports),
              found -> found.ifPresent(this::sortCounted),
              this::complain,
              progress::setProgress);
      return true;
    }
    sortNow();
    return true;
  }

  private void sortCounted(ByteCounts.Counted found) {
    sortNow();
    if (found.unreadable() > 0) {
      String pages = found.unreadable() == 1 ? "1 page" : "%,d pages".formatted(found.unreadable());
      complain(pages + " cannot be read and count as 0 bytes: " + found.reason());
    }
  }

  /** Stays until the list is sorted or shown anew. */
  private void complain(String what) {
    sorting.setText(what);
    busy(false);
    setBottom(sortBar);
  }

  private void busy(boolean now) {
    progress.setVisible(now);
    progress.setManaged(now);
    cancel.setVisible(now);
    cancel.setManaged(now);
  }

  private void sortNow() {
    setBottom(null);
    Comparator<PageRun> order = table.getComparator();
    PageRun chosen = selected.get();
    List<PageRun> rows = new ArrayList<>(table.getItems());
    rows.sort(order == null ? RARITY : order);
    table.getItems().setAll(rows);
    if (chosen != null) {
      table.getSelectionModel().select(chosen);
    }
  }

  private void cancelSort() {
    counting.cancel();
    setBottom(null);
    table.getSortOrder().clear();
  }

  private long knownBytes(PageRun run) {
    return figures.map(f -> f.counts().atLeast(run)).orElse(0L);
  }

  private TableColumn<PageRun, PageRun> column(
      String title,
      double width,
      String style,
      Comparator<PageRun> order,
      Function<PageRun, String> text) {
    TableColumn<PageRun, PageRun> column = plainColumn(title, width);
    column.setComparator(order);
    column.setCellFactory(
        c ->
            new TableCell<>() {
              {
                getStyleClass().add(style);
              }

              @Override
              protected void updateItem(@Nullable PageRun run, boolean isEmpty) {
                super.updateItem(run, isEmpty);
                setText(run == null ? null : text.apply(run));
              }
            });
    return column;
  }

  private TableColumn<PageRun, PageRun> lazyColumn(
      String title, double width, String style, Function<PageFigures.Figures, String> text) {
    TableColumn<PageRun, PageRun> column = plainColumn(title, width);
    column.setCellFactory(c -> new LazyCell(style, text));
    return column;
  }

  private TableColumn<PageRun, PageRun> plainColumn(String title, double width) {
    TableColumn<PageRun, PageRun> column = new TableColumn<>(title);
    column.setPrefWidth(width);
    column.setCellValueFactory(cell -> new ReadOnlyObjectWrapper<>(cell.getValue()));
    table.getColumns().add(column);
    return column;
  }

  /** The kind with its sign: the sign differs, not only the colour. */
  private static final class KindCell extends TableCell<PageRun, PageRun> {
    @Override
    protected void updateItem(@Nullable PageRun run, boolean isEmpty) {
      super.updateItem(run, isEmpty);
      getStyleClass().removeIf(style -> style.startsWith("marey-kind-"));
      if (run == null) {
        setText(null);
      } else {
        getStyleClass().add("marey-kind-" + run.kind().word());
        setText(sign(run.kind()) + " " + run.kind().word());
      }
    }

    private static String sign(ChangeKind kind) {
      return switch (kind) {
        case CHANGED -> "≠";
        case APPEARED -> "+";
        case ZEROED -> "0";
      };
    }
  }

  /** Shows its value when it has been read, an ellipsis until then. */
  private final class LazyCell extends TableCell<PageRun, PageRun> implements PageFigures.Listener {
    private final Function<PageFigures.Figures, String> text;

    LazyCell(String style, Function<PageFigures.Figures, String> text) {
      this.text = text;
      getStyleClass().add(style);
    }

    @Override
    protected void updateItem(@Nullable PageRun run, boolean isEmpty) {
      PageRun before = getItem();
      super.updateItem(run, isEmpty);
      if (before != null && !before.equals(run)) {
        figures.ifPresent(f -> f.drop(before, this));
      }
      if (run == null) {
        setText(null);
        return;
      }
      Optional<PageFigures.Figures> found = figures.flatMap(f -> f.of(run));
      setText(found.map(text).orElse("…"));
      if (found.isEmpty() && !run.equals(before)) {
        figures.ifPresent(f -> f.want(run, this));
      }
    }

    @Override
    public void ready(PageRun run, PageFigures.Figures found) {
      if (run.equals(getItem())) {
        setText(text.apply(found));
      }
    }

    @Override
    public void failed(PageRun run, String reason) {
      if (run.equals(getItem())) {
        setText(reason);
      }
    }
  }
}

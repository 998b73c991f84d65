package dev.marey.diff.view;

import dev.marey.diff.ComparedInstants;
import dev.marey.diff.DeviceDiff;
import dev.marey.diff.FieldChange;
import dev.marey.diff.NeighbouringPairs;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeTableCell;
import javafx.scene.control.TreeTableColumn;
import javafx.scene.control.TreeTableView;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/**
 * Device fields that differ, as a tree of the devices, the rarest changes first. Ctrl+F goes to the
 * filter, Ctrl+C copies the selected rows as text.
 *
 * <p>Threading: fx.
 */
public final class DeviceDiffView extends BorderPane {

  private static final double ROW_HEIGHT = 22;
  private static final int OPEN_UP_TO = 200;
  private static final Comparator<String> SEEN = Comparator.comparingInt(DeviceDiffView::seen);

  private final TreeTableView<FieldChange> table = new TreeTableView<>();
  private final TextField filter = new TextField();
  private final CheckBox clocks = new CheckBox("Clocks and timers");
  private final CheckBox hideUsual = new CheckBox();
  private final Label shownCount = new Label();
  private final Label empty = new Label();
  private final DiffHeader header = new DiffHeader(this::askSwap);
  private DeviceDiff diff = new DeviceDiff(List.of());
  private Optional<Runnable> swap = Optional.empty();

  public DeviceDiffView() {
    getStyleClass().addAll("marey-diff", "marey-device-diff");
    table.setId("device-diff");
    table.setShowRoot(false);
    table.setFixedCellSize(ROW_HEIGHT);
    table.getStyleClass().add("dense");
    table.getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
    table.setPlaceholder(empty);
    empty.getStyleClass().add("marey-empty");
    column("Field", 220, "", FieldChange::name);
    column("A", 190, "marey-mono", DeviceDiffView::before);
    column("B", 190, "marey-mono", DeviceDiffView::after);
    column("Seen in", 62, "marey-number", this::seenIn).setComparator(SEEN);
    TreeTableColumn<FieldChange, String> tag =
        column("", 54, "marey-tag", row -> row.clock() ? "clock" : "");
    tag.setSortable(false);
    tag.setMaxWidth(70);
    table.setColumnResizePolicy(TreeTableView.CONSTRAINED_RESIZE_POLICY_FLEX_NEXT_COLUMN);

    filter.setId("device-filter");
    filter.setPromptText("Filter by name or value");
    filter.setPrefColumnCount(24);
    filter.textProperty().addListener((o, before, now) -> fill());
    clocks.setSelected(true);
    clocks.selectedProperty().addListener((o, before, now) -> fill());
    hideUsual.setId("device-hide-usual");
    hideUsual.setMinWidth(Region.USE_PREF_SIZE);
    hideUsual.setTooltip(
        new Tooltip(
            "Fields that changed in at least half of the last "
                + NeighbouringPairs.MOST
                + " pairs of neighbouring nodes"));
    hideUsual.selectedProperty().addListener((o, before, now) -> fill());
    header.add(hideUsual);
    shownCount.getStyleClass().add("marey-message");
    shownCount.setId("device-count");
    Button copy = new Button("Copy all as text");
    copy.setOnAction(event -> copy(shown().asText()));
    HBox bar = new HBox(filter, clocks, copy, shownCount);
    bar.getStyleClass().add("marey-bar");
    setTop(new VBox(header, bar));
    setCenter(table);
    addEventFilter(KeyEvent.KEY_PRESSED, this::key);
    clear();
  }

  /** Shows these differences; {@code swapped} is run when the person asks to exchange A and B. */
  public void show(ComparedInstants instants, DeviceDiff shown, Runnable swapped) {
    diff = shown.byRarity();
    swap = Optional.of(swapped);
    int usual = shown.fieldsUsual();
    hideUsual.setText("Hide %,d usual %s".formatted(usual, usual == 1 ? "change" : "changes"));
    hideUsual.setDisable(usual == 0);
    header.show(instants, "");
    empty.setText("No device field differs.");
    fill();
  }

  /** Shows nothing but a line saying what fills the view. */
  public void clear() {
    diff = new DeviceDiff(List.of());
    swap = Optional.empty();
    header.clear();
    fill();
    empty.setText("Select a node to see which device fields changed since the one before it.");
    shownCount.setText("");
  }

  /** Rows on screen or below closed ones, a line each: what the person can see. */
  public String visibleText() {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < table.getExpandedItemCount(); row++) {
      FieldChange change = table.getTreeItem(row).getValue();
      text.append("  ".repeat(Math.max(0, table.getTreeItemLevel(table.getTreeItem(row)) - 1)))
          .append(
              String.join(
                  " | ",
                  change.name(),
                  before(change),
                  after(change),
                  change.clock() ? "clock" : ""))
          .append('\n');
    }
    return text.toString();
  }

  private void askSwap() {
    swap.ifPresent(Runnable::run);
  }

  private DeviceDiff shown() {
    DeviceDiff rows = diff.filtered(filter.getText());
    rows = clocks.isSelected() ? rows : rows.withoutClocks();
    return hideUsual.isSelected() ? rows.withoutUsual() : rows;
  }

  private void fill() {
    DeviceDiff rows = shown();
    boolean open = rows.fieldsChanged() <= OPEN_UP_TO;
    TreeItem<FieldChange> root = new TreeItem<>();
    rows.roots().forEach(row -> root.getChildren().add(item(row, open)));
    root.setExpanded(true);
    table.setRoot(root.getChildren().isEmpty() ? null : root);
    int hidden = diff.fieldsChanged() - rows.fieldsChanged();
    shownCount.setText(
        "%,d %s".formatted(rows.fieldsChanged(), rows.fieldsChanged() == 1 ? "field" : "fields")
            + (hidden == 0 ? "" : ", %,d hidden".formatted(hidden)));
    if (!diff.isEmpty()) {
      empty.setText(
          filter.getText().isBlank()
              ? "Only fields differ that are hidden."
              : "No field matches the filter.");
    }
  }

  private static TreeItem<FieldChange> item(FieldChange change, boolean open) {
    TreeItem<FieldChange> item = new TreeItem<>(change);
    change.children().forEach(child -> item.getChildren().add(item(child, open)));
    item.setExpanded(open);
    return item;
  }

  private String seenIn(FieldChange change) {
    int pairs = diff.history().pairs();
    return pairs == 0 ? "–" : diff.seldom(change) + " of " + pairs;
  }

  /** The number in front. */
  private static int seen(String text) {
    int end = text.indexOf(' ');
    return end < 0 ? 0 : Integer.parseInt(text.substring(0, end));
  }

  private static String before(FieldChange change) {
    return switch (change.kind()) {
      case GROUP, APPEARED -> "";
      case CHANGED -> change.before();
      case GONE -> change.before() + "  − gone";
    };
  }

  private static String after(FieldChange change) {
    return switch (change.kind()) {
      case GROUP ->
          change.fieldCount() + (change.fieldCount() == 1 ? " field differs" : " fields differ");
      case GONE -> "";
      case CHANGED -> change.after();
      case APPEARED -> change.after() + "  + appeared";
    };
  }

  private TreeTableColumn<FieldChange, String> column(
      String title, double width, String style, Function<FieldChange, String> text) {
    TreeTableColumn<FieldChange, String> column = new TreeTableColumn<>(title);
    column.setPrefWidth(width);
    column.setCellValueFactory(
        cell -> new ReadOnlyStringWrapper(text.apply(cell.getValue().getValue())));
    column.setCellFactory(c -> new FieldCell(style));
    table.getColumns().add(column);
    return column;
  }

  /** A cell that shows its kind by style. */
  private static final class FieldCell extends TreeTableCell<FieldChange, String> {

    FieldCell(String style) {
      if (!style.isEmpty()) {
        getStyleClass().add(style);
      }
    }

    @Override
    protected void updateItem(@Nullable String text, boolean isEmpty) {
      super.updateItem(text, isEmpty);
      setText(isEmpty ? null : text);
      FieldChange row = getTableRow() == null ? null : getTableRow().getItem();
      getStyleClass().removeIf(style -> style.startsWith("marey-row-"));
      if (row != null && !isEmpty) {
        getStyleClass().add("marey-row-" + row.kind().name().toLowerCase(Locale.ROOT));
      }
    }
  }

  private void key(KeyEvent event) {
    if (!event.isShortcutDown()) {
      return;
    }
    if (event.getCode() == KeyCode.F) {
      filter.requestFocus();
      event.consume();
    } else if (event.getCode() == KeyCode.C && table.isFocused()) {
      copy(
          table.getSelectionModel().getSelectedItems().stream()
              .map(item -> DeviceDiff.line(item.getValue()))
              .collect(Collectors.joining("\n")));
      event.consume();
    }
  }

  private static void copy(String text) {
    ClipboardContent content = new ClipboardContent();
    content.putString(text);
    Clipboard.getSystemClipboard().setContent(content);
  }

  @Override
  public String getUserAgentStylesheet() {
    return DiffTheme.shapes();
  }
}

package dev.marey.workbench.device;

import dev.marey.workbench.command.Command;
import dev.marey.workbench.dock.FocusTarget;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.collections.ObservableList;
import javafx.scene.Node;
import javafx.scene.control.Button;
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
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * The devices of the shown node as a tree. Ctrl+F goes to the filter, Ctrl+C copies the selected
 * rows. What was open stays open from node to node.
 *
 * <p>Threading: fx.
 */
public final class DeviceStateView extends BorderPane implements FocusTarget {

  private static final double ROW_HEIGHT = 22;
  private static final int OPEN_UP_TO = 200;

  private final DeviceStateViewModel model;
  private final TreeTableView<DeviceRow> table = new TreeTableView<>();
  private final TextField filter = new TextField();
  private final Set<String> open = new HashSet<>();

  public DeviceStateView(DeviceStateViewModel model, Command snapshot) {
    this.model = model;
    setId("device-state");
    getStyleClass().add("view");
    table.setId("device-state-table");
    table.setShowRoot(false);
    table.setFixedCellSize(ROW_HEIGHT);
    table.getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
    table.setColumnResizePolicy(TreeTableView.CONSTRAINED_RESIZE_POLICY_FLEX_NEXT_COLUMN);
    column("Field", 130, "", DeviceRow::name);
    column("Value", 170, "marey-mono", DeviceRow::value);
    table.setPlaceholder(empty(snapshot));
    setCenter(table);
    setTop(bar());
    addEventFilter(KeyEvent.KEY_PRESSED, this::key);
    model.rowsProperty().addListener((property, before, rows) -> show(rows));
    show(model.rowsProperty().get());
  }

  @Override
  public Node focusTarget() {
    return table;
  }

  private VBox empty(Command snapshot) {
    Label line = new Label();
    line.setWrapText(true);
    line.textProperty().bind(model.messageProperty());
    Button take = new Button("Take a snapshot", new FontIcon(snapshot.icon()));
    take.setOnAction(event -> snapshot.run());
    take.disableProperty().bind(snapshot.enabledProperty().not());
    take.visibleProperty().bind(model.offersSnapshotProperty());
    take.managedProperty().bind(model.offersSnapshotProperty());
    Button pause = new Button("Pause the guest", new FontIcon("codicon-debug-pause"));
    pause.setId("device-state-pause");
    pause.setOnAction(event -> model.pause());
    pause.visibleProperty().bind(model.offersPauseProperty());
    pause.managedProperty().bind(model.offersPauseProperty());
    VBox box = new VBox(line, pause, take);
    box.getStyleClass().add("empty");
    return box;
  }

  private HBox bar() {
    Label header = new Label();
    header.setMinWidth(0);
    header.setMaxWidth(Double.MAX_VALUE);
    header.textProperty().bind(model.headerProperty());
    HBox.setHgrow(header, Priority.ALWAYS);
    filter.setId("device-state-filter");
    filter.setPromptText("Filter (Ctrl+F)");
    filter.setPrefColumnCount(10);
    filter.setMinWidth(80);
    filter.textProperty().bindBidirectional(model.filterProperty());
    HBox box = new HBox(header, filter);
    box.getStyleClass().add("view-bar");
    return box;
  }

  private void show(List<DeviceRow> rows) {
    boolean all =
        !model.filterProperty().get().isBlank() && DeviceRow.fieldCount(rows) <= OPEN_UP_TO;
    DeviceRow top = new DeviceRow("", "", "", "", rows);
    Item root = new Item(top, all);
    root.setExpanded(true);
    table.setRoot(rows.isEmpty() ? null : root);
  }

  /** Makes its children only when they are asked for: a state may have many thousand fields. */
  private final class Item extends TreeItem<DeviceRow> {
    private final boolean openAll;
    private boolean made;

    Item(DeviceRow row, boolean openAll) {
      super(row);
      this.openAll = openAll;
      setExpanded(openAll || open.contains(row.path()));
      expandedProperty()
          .addListener(
              (property, before, now) -> {
                if (now) {
                  open.add(row.path());
                } else {
                  open.remove(row.path());
                }
              });
    }

    @Override
    public boolean isLeaf() {
      return getValue().children().isEmpty();
    }

    @Override
    public ObservableList<TreeItem<DeviceRow>> getChildren() {
      if (!made) {
        made = true;
        super.getChildren()
            .setAll(getValue().children().stream().map(row -> new Item(row, openAll)).toList());
      }
      return super.getChildren();
    }
  }

  private void column(String title, double width, String style, Function<DeviceRow, String> text) {
    TreeTableColumn<DeviceRow, String> column = new TreeTableColumn<>(title);
    column.setPrefWidth(width);
    column.setSortable(false);
    column.setReorderable(false);
    column.setCellValueFactory(
        cell -> new ReadOnlyStringWrapper(text.apply(cell.getValue().getValue())));
    column.setCellFactory(
        c ->
            new TreeTableCell<>() {
              {
                if (!style.isEmpty()) {
                  getStyleClass().add(style);
                }
              }

              @Override
              protected void updateItem(@Nullable String item, boolean isEmpty) {
                super.updateItem(item, isEmpty);
                DeviceRow row = getTableRow() == null ? null : getTableRow().getItem();
                setText(isEmpty ? null : item);
                setTooltip(isEmpty || row == null ? null : new Tooltip(words(row)));
              }
            });
    table.getColumns().add(column);
  }

  private static String words(DeviceRow row) {
    return row.line() + (row.type().isEmpty() ? "" : "\n" + row.type());
  }

  private void key(KeyEvent event) {
    if (event.getCode() == KeyCode.ESCAPE && filter.isFocused() && !filter.getText().isEmpty()) {
      filter.clear();
      event.consume();
    } else if (event.isShortcutDown() && event.getCode() == KeyCode.F) {
      filter.requestFocus();
      event.consume();
    } else if (event.isShortcutDown() && event.getCode() == KeyCode.C && table.isFocused()) {
      ClipboardContent content = new ClipboardContent();
      content.putString(
          table.getSelectionModel().getSelectedItems().stream()
              .map(item -> item.getValue().line())
              .collect(Collectors.joining("\n")));
      Clipboard.getSystemClipboard().setContent(content);
      event.consume();
    }
  }
}

package dev.marey.workbench.session;

import dev.marey.snapshot.CaptureFigures;
import dev.marey.snapshot.Node;
import dev.marey.workbench.command.Command;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.timeline.NodeText;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javafx.geometry.VPos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * The session, and the particulars and figures of the shown node.
 *
 * <p>Threading: fx.
 */
public final class SessionDetailsView extends BorderPane {

  private static final DateTimeFormatter WALL =
      DateTimeFormatter.ofPattern("d MMM HH:mm:ss", Locale.ENGLISH);

  private final OpenSession session;
  private final ShownViewModel shown;
  private final NodeDisksViewModel disks;
  private final Command snapshot;
  private final VBox content = new VBox();
  private final Label size = new Label();

  /**
   * A view of the session.
   *
   * @param snapshot what is offered as long as there is no node
   */
  public SessionDetailsView(
      SessionViewModel live, ShownViewModel shown, NodeDisksViewModel disks, Command snapshot) {
    this.session = live.session();
    this.shown = shown;
    this.disks = disks;
    this.snapshot = snapshot;
    size.setId("session-size");
    size.textProperty().bind(live.liveProperty().map(SizeText::of));
    setId("session");
    getStyleClass().add("view");
    ScrollPane scroll = new ScrollPane(content);
    scroll.setFitToWidth(true);
    scroll.getStyleClass().add("edge-to-edge");
    setCenter(scroll);
    shown.timelineProperty().addListener((property, before, after) -> show());
    shown.shownProperty().addListener((property, before, after) -> show());
    disks.factsProperty().addListener((property, before, after) -> show());
    show();
  }

  private void show() {
    content.getChildren().clear();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Session", session.name());
    facts.put("Folder", session.folder().toString());
    facts.put("Nodes", Integer.toString(shown.timelineProperty().get().nodes().size()));
    GridPane grid = grid(facts);
    Label key = new Label("On disk");
    key.getStyleClass().add("key");
    grid.addRow(facts.size(), key, size);
    content.getChildren().add(grid);
    shown.shownNode().ifPresentOrElse(this::showNode, this::showHint);
  }

  private void showHint() {
    Label hint = new Label("Select a node on the timeline to see its particulars.");
    hint.setWrapText(true);
    hint.getStyleClass().add("hint");
    VBox box = new VBox(8, hint, offer());
    box.getStyleClass().add("details");
    content.getChildren().add(box);
  }

  /** Selects the newest node; takes the first one while there is none. */
  private Button offer() {
    Optional<Node> newest = shown.timelineProperty().get().nodes().stream().reduce((a, b) -> b);
    Button button = new Button();
    button.setId("session-offer");
    if (newest.isPresent()) {
      button.setText("Select " + newest.get().id());
      button.setGraphic(new FontIcon("codicon-git-commit"));
      button.setOnAction(event -> shown.select(newest.get().id()));
    } else {
      button.setText("Take a snapshot");
      button.setGraphic(new FontIcon(snapshot.icon()));
      button.setOnAction(event -> snapshot.run());
      button.disableProperty().bind(snapshot.enabledProperty().not());
    }
    return button;
  }

  private void showNode(Node node) {
    Label title = new Label(node.id() + (node.label().isEmpty() ? "" : "  " + node.label()));
    title.getStyleClass().add("details-title");
    Map<String, String> facts = facts(node, ZoneId.systemDefault());
    facts.putAll(disks.factsProperty().get());
    content.getChildren().addAll(title, grid(facts));
  }

  /** What there is to know about a node, in reading order. */
  static Map<String, String> facts(Node node, ZoneId zone) {
    Map<String, String> facts = new LinkedHashMap<>();
    if (!node.note().isEmpty()) {
      facts.put("Note", node.note());
    }
    if (!node.tags().isEmpty()) {
      facts.put("Tags", node.tags().toString());
    }
    String state = NodeText.state(node);
    facts.put("State", state.isEmpty() ? "complete" : state);
    facts.put("Guest", node.runState().name().toLowerCase(Locale.ROOT));
    facts.put("Guest time", NodeText.guestTime(node.guestTime()));
    facts.put("Taken", WALL.format(node.takenAt().atZone(zone)));
    facts.put("By", NodeText.origin(node.origin()) + (node.pinned() ? ", pinned" : ""));
    facts.put("Ran on from", node.parent().map(Object::toString).orElse("the start"));
    CaptureFigures figures = node.figures();
    if (!figures.equals(CaptureFigures.NONE)) {
      facts.put("Pause", millis(figures.pause()));
      facts.put("Device state", millis(figures.deviceState()));
      facts.put("Arming", millis(figures.arm()));
      facts.put(
          "Saved in",
          figures.saved().toMillis() < 1000
              ? millis(figures.saved())
              : NodeText.span(figures.saved()));
      facts.put("Pages written", count(figures.pagesDirty()));
      figures.pagesChanged().ifPresent(pages -> facts.put("Pages changed", count(pages)));
      facts.put("Saved on touch", count(figures.pagesWrittenDuringSave()));
      facts.put("Stored", String.format(Locale.ROOT, "%,d kB", figures.bytesStored() / 1000));
    }
    return facts;
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
  }

  private static String count(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static GridPane grid(Map<String, String> facts) {
    GridPane grid = new GridPane();
    grid.getStyleClass().add("details");
    ColumnConstraints keys = new ColumnConstraints();
    keys.setMinWidth(Region.USE_PREF_SIZE);
    ColumnConstraints values = new ColumnConstraints();
    values.setHgrow(Priority.ALWAYS);
    grid.getColumnConstraints().setAll(keys, values);
    int row = 0;
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      Label key = new Label(fact.getKey());
      key.getStyleClass().add("key");
      GridPane.setValignment(key, VPos.TOP);
      Label value = new Label(fact.getValue());
      value.setId("fact-" + fact.getKey().toLowerCase(Locale.ROOT).replace(' ', '-'));
      value.setMinWidth(0);
      value.setWrapText(true);
      grid.addRow(row++, key, value);
    }
    return grid;
  }
}

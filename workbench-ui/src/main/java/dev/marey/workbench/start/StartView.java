package dev.marey.workbench.start;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import javafx.beans.binding.Bindings;
import javafx.collections.ListChangeListener;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * The start page.
 *
 * <p>Threading: fx.
 */
public final class StartView extends BorderPane {

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM yyyy HH:mm", Locale.ENGLISH);

  private final StartViewModel model;
  private final Predicate<String> confirm;
  private final FileQuestion files;
  private final PasteBox paste;
  private final VBox recent = new VBox(2);

  /**
   * A start page.
   *
   * @param confirm asks a question that can be answered with yes
   */
  public StartView(StartViewModel model, Predicate<String> confirm, FileQuestion files) {
    this.model = model;
    this.confirm = confirm;
    this.files = files;
    this.paste = new PasteBox(model);
    setId("start");
    getStyleClass().add("start");
    Label title = new Label("Marey");
    title.getStyleClass().add("title");
    Label subtitle = new Label("Photograph a running machine, go back, compare.");
    subtitle.getStyleClass().add("hint");
    VBox head = new VBox(2, title, subtitle);
    HBox columns = new HBox(28, sessions(), begin());
    VBox page = new VBox(22, head, columns, opening());
    page.setPadding(new Insets(36, 44, 24, 44));
    page.setMaxWidth(1160);
    BorderPane centred = new BorderPane(page);
    BorderPane.setAlignment(page, Pos.TOP_CENTER);
    ScrollPane scroll = new ScrollPane(centred);
    scroll.setFitToWidth(true);
    scroll.getStyleClass().add("edge-to-edge");
    setCenter(scroll);
    model.recent().addListener((ListChangeListener<RecentSession>) change -> showRecent());
    showRecent();
  }

  /** Puts the caret into the paste box. */
  public void focusPaste() {
    paste.area().requestFocus();
  }

  private VBox sessions() {
    Label heading = heading("Recent sessions");
    recent.setId("recent-sessions");
    Button other = new Button("Open another session or a bundle…", new FontIcon("codicon-folder"));
    other.setId("start-open");
    other.setOnAction(
        event ->
            files
                .ask(FileQuestion.Kind.OPEN, "Session folder or bundle")
                .ifPresent(model::openPath));
    other.disableProperty().bind(model.idle().not());
    VBox box = new VBox(8, heading, recent, other);
    box.setPrefWidth(560);
    HBox.setHgrow(box, Priority.ALWAYS);
    return box;
  }

  private VBox begin() {
    Label demoText =
        new Label(
            "A small Linux with a shell on its serial console and programs to try things on.");
    demoText.setWrapText(true);
    demoText.getStyleClass().add("hint");
    Button demo = new Button("Boot the demo guest", new FontIcon("codicon-play"));
    demo.setId("start-demo");
    demo.getStyleClass().add("accent");
    demo.setDefaultButton(true);
    demo.setOnAction(event -> model.demo());
    demo.disableProperty().bind(model.idle().not());
    VBox demoCard = new VBox(heading("Demo guest"), demoText, demo);
    demoCard.getStyleClass().add("card");
    Label pasteText =
        new Label("Paste a qemu-system-x86_64 line that works in a shell. Ctrl+Enter boots it.");
    pasteText.setWrapText(true);
    pasteText.getStyleClass().add("hint");
    Button boot = new Button("Boot this command line", new FontIcon("codicon-debug-start"));
    boot.setId("start-pasted");
    boot.setOnAction(event -> model.bootPasted());
    boot.disableProperty().bind(model.bootable().not());
    Button stream = new Button("Go on from its stream…", new FontIcon("codicon-desktop-download"));
    stream.setId("start-import");
    stream.setTooltip(
        new Tooltip(
            "A file that migrate \"exec:cat >FILE\" in the monitor of this QEMU has written: it"
                + " becomes the first snapshot of a session."));
    stream.setOnAction(
        event ->
            files
                .ask(FileQuestion.Kind.OPEN, "Stream that this QEMU has written")
                .ifPresent(model::importStream));
    stream.disableProperty().bind(model.bootable().not());
    VBox pasteCard =
        new VBox(heading("Your own guest"), pasteText, paste, new HBox(8, boot, stream));
    pasteCard.getStyleClass().add("card");
    VBox box = new VBox(14, demoCard, pasteCard);
    box.setPrefWidth(520);
    HBox.setHgrow(box, Priority.ALWAYS);
    return box;
  }

  private VBox opening() {
    ProgressBar bar = new ProgressBar();
    bar.setPrefWidth(260);
    Label text = new Label();
    Button cancel = new Button("Cancel");
    cancel.setId("start-cancel");
    cancel.getStyleClass().add("flat-button");
    cancel.setOnAction(event -> model.openingProperty().get().ifPresent(task -> task.cancel()));
    HBox row = new HBox(12, bar, text, cancel);
    row.setAlignment(Pos.CENTER_LEFT);
    row.visibleProperty().bind(model.idle().not());
    row.managedProperty().bind(row.visibleProperty());
    model
        .openingProperty()
        .addListener(
            (property, before, task) -> {
              bar.progressProperty().unbind();
              text.textProperty().unbind();
              task.ifPresent(
                  running -> {
                    bar.progressProperty().bind(running.fractionProperty());
                    text.textProperty()
                        .bind(
                            Bindings.createStringBinding(
                                () ->
                                    running.messageProperty().get().isEmpty()
                                        ? running.title() + "…"
                                        : running.title() + ": " + running.messageProperty().get(),
                                running.messageProperty()));
                  });
            });
    Label failure = new Label();
    failure.setId("start-failure");
    failure.setWrapText(true);
    failure.getStyleClass().add("reason");
    failure.textProperty().bind(model.failureProperty());
    failure.visibleProperty().bind(model.failureProperty().isNotEmpty());
    failure.managedProperty().bind(failure.visibleProperty());
    return new VBox(8, row, failure);
  }

  private static Label heading(String text) {
    Label label = new Label(text);
    label.getStyleClass().add("heading");
    return label;
  }

  private void showRecent() {
    recent.getChildren().clear();
    for (RecentSession session : model.recent()) {
      recent.getChildren().add(row(session));
    }
    if (model.recent().isEmpty()) {
      Label none = new Label("No session yet. Boot the demo guest or a guest of your own.");
      none.getStyleClass().add("hint");
      recent.getChildren().add(none);
    }
  }

  private HBox row(RecentSession session) {
    Label name = new Label(session.name());
    name.getStyleClass().add("session-name");
    Label guest = new Label(session.guest());
    guest.getStyleClass().add("hint");
    Label facts =
        new Label(
            session.lastUsed().equals(Instant.EPOCH) ? "" : facts(session, ZoneId.systemDefault()));
    facts.getStyleClass().add("hint");
    Label folder = new Label(session.folder().toString());
    folder.getStyleClass().addAll("hint", "mono");
    folder.setTooltip(new Tooltip(session.folder().toString()));
    VBox text = new VBox(1, new HBox(10, name, guest), facts, folder);
    text.setMinWidth(0);
    HBox.setHgrow(text, Priority.ALWAYS);
    HBox row = new HBox(text);
    row.getStyleClass().add("session-row");
    if (session.trouble().isEmpty()) {
      Button resume = new Button(verb(session));
      resume.setId("resume-" + session.name());
      resume.setMinWidth(Region.USE_PREF_SIZE);
      resume.setOnAction(event -> model.resume(session));
      resume.disableProperty().bind(model.idle().not());
      row.getChildren().add(resume);
    } else {
      Label trouble = new Label(session.trouble());
      trouble.getStyleClass().add("reason");
      trouble.setWrapText(true);
      text.getChildren().add(trouble);
    }
    Button delete = new Button("", new FontIcon("codicon-trash"));
    delete.setId("delete-" + session.name());
    delete.getStyleClass().add("flat-button");
    delete.setTooltip(new Tooltip("Delete this session"));
    delete.setAccessibleText("Delete session " + session.name());
    delete.setOnAction(
        event -> {
          if (confirm.test(question(session))) {
            model.delete(session);
          }
        });
    // or the focus falls on it when Resume, beside it, is pressed and goes out
    delete.disableProperty().bind(model.idle().not());
    row.getChildren().add(delete);
    return row;
  }

  private static String question(RecentSession session) {
    return session.trouble().isEmpty()
        ? "Delete session "
            + session.name()
            + " with "
            + nodes(session)
            + "? It cannot be brought back."
        : "Remove " + session.name() + " from the list? What is left of it is deleted.";
  }

  private static String nodes(RecentSession session) {
    return session.nodeCount() == 1 ? "its 1 node" : "its " + session.nodeCount() + " nodes";
  }

  /** What opening it does: a session without a node boots from its beginning. */
  static String verb(RecentSession session) {
    return session.nodeCount() == 0 ? "Boot" : "Resume";
  }

  /** {@code 12 nodes, last S12 at 1:05.3 · 412 MB · 3 Jan 2026 12:05}. */
  static String facts(RecentSession session, ZoneId zone) {
    String nodes = session.nodeCount() == 1 ? "1 node" : session.nodeCount() + " nodes";
    String last =
        Optional.of(session.lastNode())
            .filter(n -> !n.isEmpty())
            .map(n -> ", last " + n)
            .orElse("");
    return nodes
        + last
        + " · "
        + megabytes(session.sizeBytes())
        + " · "
        + DAY.format(session.lastUsed().atZone(zone));
  }

  private static String megabytes(long bytes) {
    return bytes < 10_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }
}

package dev.marey.diff.view;

import dev.marey.diff.PageSearch;
import dev.marey.diff.RamDiff;
import dev.marey.diff.SearchPattern;
import dev.marey.machine.GuestAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.scene.control.Button;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;

/**
 * Ctrl+F: looks for bytes or text within changed pages; Enter goes from match to match, Escape
 * closes and stops.
 *
 * <p>Threading: fx.
 */
final class PageSearchBar extends HBox {

  private static final int LIMIT = 10_000;
  private static final String TEXT = "Text";
  private static final String BYTES = "Bytes";

  private final BackgroundWork work;
  private final Consumer<GuestAddress> found;
  private final TextField field = new TextField();
  private final ChoiceBox<String> kind = new ChoiceBox<>();
  private final Label message = new Label();

  private Optional<RamDiff> diff = Optional.empty();
  private BackgroundWork.Running running = () -> {};
  private String searched = "";
  private List<PageSearch.Match> matches = List.of();
  private boolean complete = true;
  private int at = -1;

  PageSearchBar(BackgroundWork work, Consumer<GuestAddress> found, Runnable closed) {
    this.work = work;
    this.found = found;
    getStyleClass().add("marey-bar");
    field.setId("search-field");
    field.setPromptText("Find in changed pages");
    field.setPrefColumnCount(22);
    kind.getItems().addAll(TEXT, BYTES);
    kind.setValue(TEXT);
    kind.setId("search-kind");
    message.setId("search-message");
    message.getStyleClass().add("marey-message");
    Button next = new Button("Find next");
    next.setOnAction(event -> next());
    Button close = new Button("Close");
    close.setOnAction(event -> close(closed));
    field.setOnAction(event -> next());
    addEventHandler(
        KeyEvent.KEY_PRESSED,
        event -> {
          if (event.getCode() == KeyCode.ESCAPE) {
            close(closed);
            event.consume();
          }
        });
    getChildren().addAll(field, kind, next, close, message);
    setVisible(false);
    setManaged(false);
  }

  void setDiff(Optional<RamDiff> shown) {
    running.cancel();
    diff = shown;
    searched = "";
    message.setText("");
  }

  void open() {
    setVisible(true);
    setManaged(true);
    field.requestFocus();
    field.selectAll();
  }

  private void close(Runnable closed) {
    running.cancel();
    searched = "";
    setVisible(false);
    setManaged(false);
    closed.run();
  }

  private void next() {
    String key = kind.getValue() + field.getText();
    if (key.equals(searched)) {
      step();
    } else {
      search(key);
    }
  }

  private void search(String key) {
    running.cancel();
    if (diff.isEmpty()) {
      return;
    }
    SearchPattern pattern;
    try {
      String text = field.getText();
      pattern =
          BYTES.equals(kind.getValue()) ? SearchPattern.ofHex(text) : SearchPattern.ofText(text);
    } catch (IllegalArgumentException e) {
      message.setText(e.getMessage());
      return;
    }
    searched = key;
    matches = List.of();
    message.setText("Searching…");
    PageSearch search = new PageSearch(diff.get(), pattern, LIMIT);
    running =
        work.run(
            search::run,
            this::show,
            message::setText,
            fraction -> message.setText("Searching… %.0f %%".formatted(fraction * 100)));
  }

  private void show(PageSearch.Matches result) {
    matches = result.matches();
    complete = result.complete();
    at = -1;
    if (matches.isEmpty()) {
      message.setText("Not in any changed page.");
    } else {
      step();
    }
  }

  private void step() {
    if (matches.isEmpty()) {
      return;
    }
    at = (at + 1) % matches.size();
    PageSearch.Match match = matches.get(at);
    message.setText(
        "%,d of %s%,d, in %s at %s"
            .formatted(
                at + 1,
                complete ? "" : "the first ",
                matches.size(),
                match.side(),
                match.address()));
    found.accept(match.address());
  }
}

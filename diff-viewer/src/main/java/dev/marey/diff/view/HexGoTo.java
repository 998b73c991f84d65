package dev.marey.diff.view;

import java.util.Optional;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;

/**
 * The little field of Ctrl+G in the corner of a hex view.
 *
 * <p>Threading: fx.
 */
final class HexGoTo extends HBox {

  private final HexView view;
  private final TextField field = new TextField();
  private final Label problem = new Label();

  HexGoTo(HexView view) {
    this.view = view;
    getStyleClass().add("marey-go-to");
    Label title = new Label("Go to address");
    title.setLabelFor(field);
    field.setPromptText("0x…");
    field.setPrefColumnCount(14);
    field.getStyleClass().add("marey-go-to-field");
    problem.getStyleClass().add("marey-problem");
    getChildren().addAll(title, field, problem);
    field.setOnAction(event -> accept());
    field.focusedProperty().addListener((o, before, focused) -> closeUnless(focused));
    addEventHandler(
        KeyEvent.KEY_PRESSED,
        event -> {
          if (event.getCode() == KeyCode.ESCAPE) {
            close();
            event.consume();
          }
        });
    setVisible(false);
    visibleProperty().addListener((o, before, now) -> view.redraw());
  }

  void open() {
    problem.setText("");
    field.setText("0x" + Long.toHexString(view.caret()));
    setVisible(true);
    field.requestFocus();
    field.selectAll();
  }

  private void accept() {
    String text = field.getText().strip();
    Optional<Long> address = parse(text);
    if (address.isEmpty()) {
      problem.setText("“" + text + "” is not a hexadecimal address");
    } else if (Long.compareUnsigned(address.get(), view.lengthBytes()) >= 0) {
      problem.setText("Memory ends at 0x" + Long.toHexString(view.lengthBytes()));
    } else {
      close();
      view.goTo(address.get());
      return;
    }
    view.redraw();
  }

  private void closeUnless(boolean focused) {
    if (!focused) {
      setVisible(false);
    }
  }

  private void close() {
    setVisible(false);
    view.requestFocus();
  }

  /** Hexadecimal, with or without 0x and underscores. */
  static Optional<Long> parse(String text) {
    String digits = text.replace("_", "").replaceFirst("^0[xX]", "");
    return digits.matches("[0-9a-fA-F]{1,16}")
        ? Optional.of(Long.parseUnsignedLong(digits, 16))
        : Optional.empty();
  }
}

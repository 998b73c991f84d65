package dev.marey.diff.view;

import java.util.HexFormat;
import javafx.event.ActionEvent;
import javafx.event.EventHandler;
import javafx.scene.Node;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.MenuItem;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;

/**
 * Keyboard, mouse and context menu of a hex view.
 *
 * <p>Threading: fx.
 */
final class HexKeys {

  private static final int WHEEL_ROWS = 3;

  /** More is not copied: a clipboard is no file. */
  private static final int COPY_LIMIT = 1 << 20;

  private final HexView view;
  private final Node surface;
  private final ContextMenu menu = new ContextMenu();

  HexKeys(HexView view, Node surface) {
    this.view = view;
    this.surface = surface;
  }

  void install() {
    view.addEventHandler(KeyEvent.KEY_PRESSED, this::key);
    surface.addEventHandler(MouseEvent.MOUSE_PRESSED, this::press);
    surface.addEventHandler(MouseEvent.MOUSE_DRAGGED, event -> caretTo(event, true));
    view.addEventHandler(ScrollEvent.SCROLL, this::wheel);
    menu.getItems()
        .addAll(
            item("Copy Bytes\tCtrl+C", event -> copy(bytes())),
            item("Copy as Text", event -> copy(characters())),
            item("Copy Address", event -> copy("0x" + Long.toHexString(view.caret()))),
            item("Go to Address…\tCtrl+G", event -> view.askForAddress()));
    surface.setOnContextMenuRequested(
        event -> menu.show(surface, event.getScreenX(), event.getScreenY()));
  }

  private static MenuItem item(String text, EventHandler<ActionEvent> action) {
    MenuItem item = new MenuItem(text);
    item.setOnAction(action);
    return item;
  }

  private void key(KeyEvent event) {
    if (event.getTarget() != view) {
      return;
    }
    if (event.isShortcutDown() ? command(event) : movement(event)) {
      event.consume();
    }
  }

  private boolean command(KeyEvent event) {
    switch (event.getCode()) {
      case HOME -> move(0, event);
      case END -> move(view.lengthBytes() - 1, event);
      case G -> view.askForAddress();
      case C -> copy(bytes());
      case PLUS, EQUALS, ADD -> view.scale(1);
      case MINUS, SUBTRACT -> view.scale(-1);
      case DIGIT0, NUMPAD0 -> view.scale(0);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean movement(KeyEvent event) {
    long caret = view.caret();
    int row = view.bytesPerRow();
    int page = row * view.grid().rowsIn(view.getHeight());
    switch (event.getCode()) {
      case LEFT, KP_LEFT -> move(caret - 1, event);
      case RIGHT, KP_RIGHT -> move(caret + 1, event);
      case UP, KP_UP -> move(caret < row ? caret : caret - row, event);
      case DOWN, KP_DOWN -> move(caret + row < view.lengthBytes() ? caret + row : caret, event);
      case PAGE_UP -> turn(-page, event);
      case PAGE_DOWN -> turn(page, event);
      case HOME -> move(caret - caret % row, event);
      case END -> move(caret - caret % row + row - 1, event);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void move(long address, KeyEvent event) {
    view.moveTo(address, event.isShiftDown());
    view.showCaret();
  }

  private void turn(int bytes, KeyEvent event) {
    view.scrollTo(view.topRowProperty().get() + bytes / view.bytesPerRow());
    move(view.caret() + bytes, event);
  }

  private void press(MouseEvent event) {
    menu.hide();
    view.requestFocus();
    if (event.getButton() == MouseButton.PRIMARY) {
      caretTo(event, event.isShiftDown());
    }
    event.consume();
  }

  private void caretTo(MouseEvent event, boolean extend) {
    if (event.getButton() != MouseButton.PRIMARY) {
      return;
    }
    HexGrid grid = view.grid();
    long row = view.topRowProperty().get() + (long) Math.floor(event.getY() / grid.rowHeight());
    view.moveTo(Math.max(0, row) * grid.bytesPerRow() + grid.columnAt(event.getX()), extend);
    if (extend) {
      view.showCaret();
    }
  }

  private void wheel(ScrollEvent event) {
    int direction = (int) -Math.signum(event.getDeltaY());
    if (event.isShortcutDown()) {
      view.scale(-direction);
    } else {
      view.scrollTo(view.topRowProperty().get() + (long) direction * WHEEL_ROWS);
    }
    event.consume();
  }

  private String bytes() {
    StringBuilder text = new StringBuilder();
    for (long at = view.selectionFirst(); at <= lastCopied(); at++) {
      int value = view.byteAt(at);
      text.append(text.length() == 0 ? "" : " ")
          .append(value < 0 ? "--" : HexFormat.of().toHexDigits((byte) value));
    }
    return text.toString();
  }

  private String characters() {
    StringBuilder text = new StringBuilder();
    for (long at = view.selectionFirst(); at <= lastCopied(); at++) {
      int value = view.byteAt(at);
      text.append((value >= 0x20 && value < 0x7f) || value == '\n' ? (char) value : '.');
    }
    return text.toString();
  }

  private long lastCopied() {
    return Math.min(view.selectionLast(), view.selectionFirst() + COPY_LIMIT - 1);
  }

  private static void copy(String text) {
    ClipboardContent content = new ClipboardContent();
    content.putString(text);
    Clipboard.getSystemClipboard().setContent(content);
  }
}

package dev.marey.workbench.console;

import com.techsenger.jeditermfx.core.TerminalDataStream;
import com.techsenger.jeditermfx.core.TerminalStarter;
import com.techsenger.jeditermfx.core.TtyBasedArrayDataStream;
import com.techsenger.jeditermfx.core.TtyConnector;
import com.techsenger.jeditermfx.core.model.JediTerminal;
import com.techsenger.jeditermfx.core.model.StyleState;
import com.techsenger.jeditermfx.core.model.TerminalTextBuffer;
import com.techsenger.jeditermfx.ui.JediTermFxWidget;
import com.techsenger.jeditermfx.ui.TerminalActionProvider;
import com.techsenger.jeditermfx.ui.TerminalCopyPasteHandler;
import com.techsenger.jeditermfx.ui.TerminalPanel;
import com.techsenger.jeditermfx.ui.settings.SettingsProvider;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.input.MouseEvent;

/**
 * The terminal widget with what a console of a guest that travels in time needs besides.
 *
 * <p>Threading: fx.
 */
final class ConsoleTerminal extends JediTermFxWidget {

  /** Told which line was meant. */
  @FunctionalInterface
  interface LineAction {
    void on(String line, int sameBelow);
  }

  private final ConsoleTty tty;
  private double clickedY;
  private LineAction goBefore = (line, sameBelow) -> {};

  ConsoleTerminal(ConsoleTty tty, SettingsProvider look, LineAction goBefore) {
    super(look);
    this.tty = tty;
    this.goBefore = goBefore;
    getTerminalPanel()
        .getCanvas()
        .addEventFilter(MouseEvent.MOUSE_PRESSED, event -> clickedY = event.getY());
    setTtyConnector(tty);
    start();
  }

  /** Text on screen and above. */
  List<String> lines() {
    TerminalTextBuffer buffer = getTerminalTextBuffer();
    buffer.lock();
    try {
      List<String> lines = new ArrayList<>();
      for (int i = -buffer.getHistoryLinesCount(); i < buffer.getScreenLinesCount(); i++) {
        lines.add(buffer.getLine(i).getText());
      }
      return lines;
    } finally {
      buffer.unlock();
    }
  }

  /** The part that takes keys; the library names the pane around it, which takes none. */
  @Override
  public Node getPreferredFocusableNode() {
    return getTerminalPanel().getCanvas();
  }

  @Override
  protected TerminalStarter createTerminalStarter(JediTerminal terminal, TtyConnector connector) {
    TerminalDataStream stream = new TtyBasedArrayDataStream(connector);
    return new TerminalStarter(
        terminal, connector, stream, getTypeAheadManager(), getExecutorServiceManager()) {
      @Override
      public void sendBytes(byte[] bytes, boolean userInput) {
        if (userInput || !tty.replaying()) {
          super.sendBytes(bytes, userInput);
        }
      }

      /** The library has a NUL for a key that stands for no character, such as Shift alone. */
      @Override
      public void sendString(String text, boolean userInput) {
        if (!text.equals("\0") && (userInput || !tty.replaying())) {
          super.sendString(text, userInput);
        }
      }
    };
  }

  @Override
  protected TerminalPanel createTerminalPanel(
      SettingsProvider look, StyleState style, TerminalTextBuffer buffer) {
    return new Panel(look, buffer, style);
  }

  /** Takes changed colours and text size of its look. */
  void restyle() {
    if (getTerminalPanel() instanceof Panel panel) {
      panel.restyle();
    }
  }

  /** The drawing part with one more entry in its menu. */
  private final class Panel extends TerminalPanel {

    Panel(SettingsProvider look, TerminalTextBuffer buffer, StyleState style) {
      super(look, buffer, style);
    }

    void restyle() {
      reinitFontAndResize();
      repaint();
    }

    @Override
    protected TerminalCopyPasteHandler createCopyPasteHandler() {
      return new TerminalClipboard();
    }

    @Override
    protected ContextMenu createPopupMenu(TerminalActionProvider actions) {
      ContextMenu menu = super.createPopupMenu(actions);
      MenuItem before = new MenuItem("Go to the last node before this line");
      before.setOnAction(event -> runOnClickedLine());
      menu.getItems().add(0, before);
      menu.getItems().add(1, new SeparatorMenuItem());
      return menu;
    }
  }

  private void runOnClickedLine() {
    TerminalPanel panel = getTerminalPanel();
    TerminalTextBuffer buffer = getTerminalTextBuffer();
    double lineHeight = (double) panel.getPixelHeight() / buffer.getHeight();
    int clicked = (int) (clickedY / lineHeight) + (int) Math.round(panel.getScrollBar().getValue());
    List<String> lines = lines();
    int index = clicked + buffer.getHistoryLinesCount();
    if (index < 0 || index >= lines.size()) {
      return;
    }
    String line = lines.get(index).strip();
    int sameBelow =
        (int)
            lines.subList(index + 1, lines.size()).stream()
                .filter(other -> other.strip().equals(line))
                .count();
    goBefore.on(line, sameBelow);
  }
}

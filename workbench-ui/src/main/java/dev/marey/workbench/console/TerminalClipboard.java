package dev.marey.workbench.console;

import com.techsenger.jeditermfx.ui.TerminalCopyPasteHandler;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.DataFormat;
import org.jspecify.annotations.Nullable;

/**
 * The clipboard of the rest of the window; the library's own would start AWT, which needs a display
 * connection of its own. What is merely selected goes nowhere.
 *
 * <p>Threading: fx.
 */
final class TerminalClipboard implements TerminalCopyPasteHandler {

  @Override
  public void setContents(String text, boolean useSystemSelectionClipboardIfAvailable) {
    ClipboardContent content = new ClipboardContent();
    content.putString(text);
    Clipboard.getSystemClipboard().setContent(content);
  }

  @Override
  public @Nullable String getContents(boolean useSystemSelectionClipboardIfAvailable) {
    Object text = Clipboard.getSystemClipboard().getContent(DataFormat.PLAIN_TEXT);
    return text == null ? null : text.toString();
  }
}

package dev.marey.workbench.console;

import com.techsenger.jeditermfx.core.Color;
import com.techsenger.jeditermfx.core.TerminalColor;
import com.techsenger.jeditermfx.core.TextStyle;
import com.techsenger.jeditermfx.core.emulator.ColorPalette;
import com.techsenger.jeditermfx.ui.TerminalActionPresentation;
import com.techsenger.jeditermfx.ui.settings.DefaultSettingsProvider;
import dev.marey.workbench.theme.Theme;
import java.util.List;
import javafx.scene.input.KeyCombination;
import javafx.scene.text.Font;

/**
 * Colours and font of a terminal. Colours follow a change of theme at the next repaint.
 *
 * <p>Threading: any.
 */
final class TerminalLook extends DefaultSettingsProvider {

  private static final int[] DARK = {
    0x3a424e, 0xff7f78, 0x4cc764, 0xe0a93a, 0x62a8ff, 0xc79bff, 0x3fc4c4, 0xd1d7e0, 0x7d8794,
    0xff9d97, 0x7ee08f, 0xf0c564, 0x8fc2ff, 0xd9bdff, 0x76dede, 0xf4f7fb
  };
  private static final int[] LIGHT = {
    0x22272e, 0xc3242b, 0x187433, 0x855600, 0x0a5ec7, 0x7a3fd0, 0x0d6e6e, 0x57606a, 0x57606a,
    0xa8161d, 0x0f6128, 0x6e4700, 0x084c9f, 0x6430ad, 0x0a5a5a, 0x22272e
  };

  private volatile Theme theme;
  private volatile int textSize;

  TerminalLook(Theme theme, int textSize) {
    this.theme = theme;
    this.textSize = textSize;
  }

  void change(Theme newTheme, int newTextSize) {
    theme = newTheme;
    textSize = newTextSize;
  }

  static int foreground(Theme theme) {
    return theme == Theme.DARK ? 0xd1d7e0 : 0x22272e;
  }

  static int background(Theme theme) {
    return theme == Theme.DARK ? 0x0f1319 : 0xffffff;
  }

  /** The sixteen ANSI colours as RGB, used for text. */
  static int[] ansi(Theme theme) {
    return (theme == Theme.DARK ? DARK : LIGHT).clone();
  }

  @Override
  public TerminalColor getDefaultForeground() {
    return new TerminalColor(() -> colour(foreground(theme)));
  }

  @Override
  public TerminalColor getDefaultBackground() {
    return new TerminalColor(() -> colour(background(theme)));
  }

  @SuppressWarnings("deprecation") // still what the widget fills empty space with
  @Override
  public TextStyle getDefaultStyle() {
    return new TextStyle(getDefaultForeground(), getDefaultBackground());
  }

  @Override
  public TextStyle getSelectionColor() {
    return theme == Theme.DARK
        ? new TextStyle(rgb(0xf0f4fa), rgb(0x1d3a63))
        : new TextStyle(rgb(0x12233a), rgb(0xcfe3ff));
  }

  @Override
  public boolean useInverseSelectionColor() {
    return false;
  }

  @Override
  public ColorPalette getTerminalColorPalette() {
    return new ColorPalette() {
      @Override
      protected Color getForegroundByColorIndex(int index) {
        return colour(ansi(theme)[index]);
      }

      @Override
      protected Color getBackgroundByColorIndex(int index) {
        return colour(ansi(theme)[index]);
      }
    };
  }

  @Override
  public Font getTerminalFont() {
    return Font.font("DejaVu Sans Mono", textSize);
  }

  @Override
  public float getTerminalFontSize() {
    return textSize;
  }

  @Override
  public boolean audibleBell() {
    return false;
  }

  @Override
  public boolean copyOnSelect() {
    return false;
  }

  /** Not Ctrl+F: that is the guest's. */
  @Override
  public TerminalActionPresentation getFindActionPresentation() {
    return new TerminalActionPresentation("Find", KeyCombination.valueOf("Ctrl+Shift+F"));
  }

  @Override
  public TerminalActionPresentation getClearBufferActionPresentation() {
    return new TerminalActionPresentation("Clear Buffer", List.of());
  }

  @Override
  public TerminalActionPresentation getLineUpActionPresentation() {
    return new TerminalActionPresentation("Line Up", List.of());
  }

  @Override
  public TerminalActionPresentation getLineDownActionPresentation() {
    return new TerminalActionPresentation("Line Down", List.of());
  }

  @Override
  public int getBufferMaxLinesCount() {
    return 10_000;
  }

  private static TerminalColor rgb(int rgb) {
    return TerminalColor.fromColor(colour(rgb));
  }

  private static Color colour(int rgb) {
    return new Color(rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff);
  }
}

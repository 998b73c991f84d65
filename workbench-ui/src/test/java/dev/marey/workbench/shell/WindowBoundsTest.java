package dev.marey.workbench.shell;

import static org.assertj.core.api.Assertions.assertThat;

import javafx.geometry.Rectangle2D;
import org.junit.jupiter.api.Test;

final class WindowBoundsTest {

  private static final Rectangle2D SCREEN = new Rectangle2D(0, 24, 1280, 776);

  @Test
  void aWindowThatFitsStaysWhereItIs() {
    Rectangle2D window = new Rectangle2D(100, 50, 800, 600);
    assertThat(WindowBounds.within(SCREEN, window)).isEqualTo(window);
  }

  @Test
  void aWindowLargerThanTheScreenFillsIt() {
    assertThat(WindowBounds.within(SCREEN, new Rectangle2D(-80, -33, 1440, 900))).isEqualTo(SCREEN);
  }

  @Test
  void aWindowPartlyOffTheScreenIsMovedOntoIt() {
    assertThat(WindowBounds.within(SCREEN, new Rectangle2D(900, 500, 800, 600)))
        .isEqualTo(new Rectangle2D(480, 200, 800, 600));
  }
}

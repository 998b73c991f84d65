package dev.marey.workbench.screen;

import static org.assertj.core.api.Assertions.assertThat;

import javafx.geometry.Point2D;
import org.junit.jupiter.api.Test;

final class ScreenPixelTest {

  @Test
  void aPictureDrawnInHalfTheSizeHasTwoPixelsToThePoint() {
    assertThat(ScreenPixel.under(new Point2D(100, 50), 360, 720, 400))
        .isEqualTo(new ScreenPixel(200, 100));
  }

  @Test
  void aPixelDrawnLargeIsTheSameAllOverIt() {
    assertThat(ScreenPixel.under(new Point2D(6, 9), 2160, 720, 400))
        .isEqualTo(new ScreenPixel(2, 3));
    assertThat(ScreenPixel.under(new Point2D(8.9, 11.9), 2160, 720, 400))
        .isEqualTo(new ScreenPixel(2, 3));
  }

  @Test
  void besideThePictureTheNearestPixelIsMeant() {
    assertThat(ScreenPixel.under(new Point2D(-5, 1000), 720, 720, 400))
        .isEqualTo(new ScreenPixel(0, 399));
    assertThat(ScreenPixel.under(new Point2D(720, -1), 720, 720, 400))
        .isEqualTo(new ScreenPixel(719, 0));
  }
}

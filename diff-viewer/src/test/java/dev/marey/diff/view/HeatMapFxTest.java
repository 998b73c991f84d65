package dev.marey.diff.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.diff.FakeRam;
import dev.marey.machine.PageNumber;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javafx.event.EventType;
import javafx.scene.Node;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.paint.Color;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The heat map. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
final class HeatMapFxTest extends NodeDiffWindow {

  @Test
  void theHeatMapIsDeadBetweenClearingAndTheNextLayout() {
    show(new FakeRam(PAGES), new FakeRam(PAGES).write(3, 0, 1));
    awaitCaret(0x3000);
    HeatMapView map = view.pages().map();
    Node picture = onFx(() -> map.lookup(".image-view"));
    interact(
        () -> {
          view.clear();
          picture.fireEvent(mouse(MouseEvent.MOUSE_MOVED));
          picture.fireEvent(mouse(MouseEvent.MOUSE_PRESSED));
          assertThat(map.describe(new PageNumber(3))).isEmpty();
        });
  }

  private static MouseEvent mouse(EventType<MouseEvent> type) {
    return new MouseEvent(
        type,
        1,
        1,
        1,
        1,
        MouseButton.PRIMARY,
        1,
        false,
        false,
        false,
        false,
        true,
        false,
        false,
        true,
        false,
        true,
        null);
  }

  @Test
  void theHeatMapShowsChangedPagesAndAClickOpensOne() {
    show(new FakeRam(PAGES), new FakeRam(PAGES).write(3, 0, 1).write(41, 0x30, 1));
    awaitCaret(0x3000);
    HeatMapView map = view.pages().map();
    Color appeared = Color.web("#1a7f37");
    assertThat(onFx(() -> map.colorOf(new PageNumber(41)))).isEqualTo(appeared);
    assertThat(onFx(() -> map.colorOf(new PageNumber(40)))).isNotEqualTo(appeared);
    assertThat(onFx(() -> map.describe(new PageNumber(50)))).isEqualTo("0x100002000 · unchanged");

    HeatGrid grid = onFx(map::grid);
    var corner = onFx(() -> map.localToScreen(0, 0));
    clickOn(corner.getX() + grid.x(41) + 2, corner.getY() + grid.y(41) + 2);

    awaitCaret(0x29030);
    assertThat(onFx(() -> Optional.ofNullable(view.pages().list().selectedProperty().get())))
        .hasValueSatisfying(run -> assertThat(run.pages().first().index()).isEqualTo(41));
  }
}

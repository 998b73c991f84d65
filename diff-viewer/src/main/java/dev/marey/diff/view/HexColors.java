package dev.marey.diff.view;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import javafx.beans.value.ObservableValue;
import javafx.css.StyleableProperty;
import javafx.css.StyleablePropertyFactory;
import javafx.scene.paint.Color;

/**
 * The colours of a hex view, set by its style sheet.
 *
 * <p>Threading: fx.
 */
final class HexColors {

  private final Map<HexColor, StyleableProperty<Color>> colors = new EnumMap<>(HexColor.class);

  /**
   * All colours as properties of a view.
   *
   * @param of finds the colours of a view
   * @param redraw called when one has changed
   */
  HexColors(
      HexView owner,
      StyleablePropertyFactory<HexView> factory,
      Function<HexView, HexColors> of,
      Runnable redraw) {
    for (HexColor color : HexColor.values()) {
      StyleableProperty<Color> property =
          factory.createStyleableColorProperty(
              owner,
              color.property(),
              color.property(),
              view -> of.apply(view).get(color),
              color.initial());
      colors.put(color, property);
      ((ObservableValue<?>) property).addListener((o, before, now) -> redraw.run());
    }
  }

  private StyleableProperty<Color> get(HexColor color) {
    StyleableProperty<Color> property = colors.get(color);
    if (property == null) {
      throw new IllegalStateException("no property for " + color);
    }
    return property;
  }

  void applyTo(HexPainter painter) {
    colors.forEach((which, property) -> painter.setColor(which, property.getValue()));
  }
}

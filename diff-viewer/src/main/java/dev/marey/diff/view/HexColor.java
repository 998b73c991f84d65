package dev.marey.diff.view;

import javafx.scene.paint.Color;

/**
 * Colours of a hex view. Each is the styleable property {@code -hex-…} of {@code .marey-hex-view},
 * which the package's style sheet sets from the looked-up colour {@code -marey-hex-…}.
 */
enum HexColor {
  BACKGROUND("bg", "#0d1117"),
  TEXT("text", "#d0d7de"),
  ZERO("zero", "#7d8590"),
  ASCII("ascii", "#8ddb9b"),
  ADDRESS("address", "#6ca4e8"),
  CURRENT_ADDRESS("current-address", "#ffffff"),
  SEPARATOR("separator", "#21262d"),
  CHANGED_BACKGROUND("changed-bg", "#4d3800"),
  CHANGED_TEXT("changed-text", "#ffd479"),
  CHANGED_LINE("changed-line", "#e3a008"),
  SELECTION("selection-bg", "#1f4a80"),
  CARET("caret", "#ffffff"),
  FAILED("failed", "#ff8b82");

  private final String name;
  private final String initial;

  HexColor(String name, String initial) {
    this.name = name;
    this.initial = initial;
  }

  /** The CSS property of the view: {@code -hex-changed-bg}. */
  String property() {
    return "-hex-" + name;
  }

  /** Before any style sheet is applied. */
  Color initial() {
    return Color.web(initial);
  }
}

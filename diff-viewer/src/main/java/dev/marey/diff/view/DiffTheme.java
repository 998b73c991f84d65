package dev.marey.diff.view;

import java.net.URL;
import java.util.Objects;

/**
 * Colours of this package's views as looked-up colours on {@code .root}; add the style sheet to the
 * scene. An application may define the same names in a sheet of its own instead.
 */
public enum DiffTheme {
  DARK("diff-dark.css"),
  LIGHT("diff-light.css");

  private final String file;

  DiffTheme(String file) {
    this.file = file;
  }

  /** URL for {@code scene.getStylesheets()}. */
  public String stylesheet() {
    return resource(file);
  }

  /**
   * Shapes and fonts. The views bring it along themselves; an application whose own sheets dress
   * all tables adds it behind those.
   */
  public static String shapes() {
    return resource("diff.css");
  }

  private static String resource(String name) {
    URL url = Objects.requireNonNull(DiffTheme.class.getResource(name), name);
    return url.toExternalForm();
  }
}

package dev.marey.workbench.theme;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import dev.marey.diff.view.DiffTheme;
import java.util.List;
import java.util.Objects;
import javafx.application.Application;
import javafx.scene.Scene;

/** One of the two looks. Each is a base theme, our colours for it, and our shapes. */
public enum Theme {
  DARK("dark.css"),
  LIGHT("light.css");

  private final String colours;

  Theme(String colours) {
    this.colours = colours;
  }

  /** Gives every window of the program this base. */
  public void applyToProgram() {
    Application.setUserAgentStylesheet(
        this == DARK
            ? new PrimerDark().getUserAgentStylesheet()
            : new PrimerLight().getUserAgentStylesheet());
  }

  /** Gives one scene our colours, shapes and a text size in pixels. */
  public void applyTo(Scene scene, int textSize) {
    scene.getStylesheets().setAll(stylesheets());
    scene.getRoot().setStyle("-fx-font-size: " + textSize + "px;");
  }

  /** Addresses of our style sheets, colours first. */
  public List<String> stylesheets() {
    return List.of(
        (this == DARK ? DiffTheme.DARK : DiffTheme.LIGHT).stylesheet(),
        address(colours),
        address("workbench.css"),
        DiffTheme.shapes());
  }

  public Theme other() {
    return this == DARK ? LIGHT : DARK;
  }

  private static String address(String name) {
    return Objects.requireNonNull(Theme.class.getResource(name), name).toExternalForm();
  }
}

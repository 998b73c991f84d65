package dev.marey.workbench.settings;

import dev.marey.workbench.theme.Theme;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings of the window, kept in {@code settings.properties}. A file that cannot be read or
 * written costs the memory, never the start.
 *
 * <p>Threading: fx.
 */
public final class Settings {

  public static final int SMALLEST_TEXT = 9;
  public static final int LARGEST_TEXT = 24;
  private static final int USUAL_TEXT = 12;
  private static final Logger LOG = LoggerFactory.getLogger(Settings.class);

  private final Path file;
  private final Properties values = new Properties();

  public Settings(Folders folders) {
    this.file = folders.config().resolve("settings.properties");
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        values.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        LOG.warn("settings in {} cannot be read, going on without", file, e);
      }
    }
  }

  public Theme theme() {
    return "light".equals(values.getProperty("theme")) ? Theme.LIGHT : Theme.DARK;
  }

  public void theme(Theme theme) {
    set("theme", theme == Theme.LIGHT ? "light" : "dark");
  }

  /** Height of ordinary text in pixels. */
  public int textSize() {
    int size = number("text-size", USUAL_TEXT);
    return Math.max(SMALLEST_TEXT, Math.min(LARGEST_TEXT, size));
  }

  public void textSize(int pixels) {
    set("text-size", Integer.toString(pixels));
  }

  /** Width or height of the window, or the given one when none is remembered. */
  public int windowSize(String side, int usual) {
    return number("window-" + side, usual);
  }

  public void windowSize(int width, int height) {
    values.setProperty("window-width", Integer.toString(width));
    set("window-height", Integer.toString(height));
  }

  /** How often nodes of a guest are taken by themselves; empty for never. */
  public Optional<Duration> autoSnapshots(String guestKey) {
    int seconds = number("auto-snapshots." + guestKey, 0);
    return seconds <= 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
  }

  public void autoSnapshots(String guestKey, Optional<Duration> every) {
    set("auto-snapshots." + guestKey, Long.toString(every.map(Duration::toSeconds).orElse(0L)));
  }

  private int number(String key, int usual) {
    try {
      return Integer.parseInt(values.getProperty(key, Integer.toString(usual)).strip());
    } catch (NumberFormatException e) {
      return usual;
    }
  }

  private void set(String key, String value) {
    values.setProperty(key, value);
    try {
      Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
      Path temporary = Files.createTempFile(folder, "settings", ".tmp");
      try (Writer writer = Files.newBufferedWriter(temporary)) {
        values.store(writer, "Marey");
      }
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("settings cannot be written to {}", file, e);
    }
  }
}

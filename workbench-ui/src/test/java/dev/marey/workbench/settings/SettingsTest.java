package dev.marey.workbench.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.workbench.theme.Theme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {

  @TempDir Path home;
  private Folders folders = Folders.of(Map.of(), Path.of(""));

  @BeforeEach
  void home() {
    folders = Folders.of(Map.of(), home);
  }

  private Settings settings() {
    return new Settings(folders);
  }

  @Test
  void atFirstTheWindowIsDarkWithOrdinaryTextAndTakesNoSnapshotsByItself() {
    assertThat(settings().theme()).isEqualTo(Theme.DARK);
    assertThat(settings().textSize()).isEqualTo(12);
    assertThat(settings().windowSize("width", 1440)).isEqualTo(1440);
    assertThat(settings().autoSnapshots("demo")).isEmpty();
  }

  @Test
  void whatWasChosenIsThereAtTheNextStart() {
    settings().theme(Theme.LIGHT);
    settings().textSize(17);
    settings().windowSize(1000, 700);
    assertThat(settings().theme()).isEqualTo(Theme.LIGHT);
    assertThat(settings().textSize()).isEqualTo(17);
    assertThat(settings().windowSize("width", 1440)).isEqualTo(1000);
    assertThat(settings().windowSize("height", 900)).isEqualTo(700);
    assertThat(home.resolve(".config/marey/settings.properties")).exists();
    settings().theme(Theme.DARK);
    assertThat(settings().theme()).isEqualTo(Theme.DARK);
  }

  @Test
  void autoSnapshotsAreRememberedForEachGuest() {
    settings().autoSnapshots("one", Optional.of(Duration.ofSeconds(5)));
    settings().autoSnapshots("two", Optional.of(Duration.ofMinutes(5)));
    assertThat(settings().autoSnapshots("one")).contains(Duration.ofSeconds(5));
    assertThat(settings().autoSnapshots("two")).contains(Duration.ofMinutes(5));
    settings().autoSnapshots("one", Optional.empty());
    assertThat(settings().autoSnapshots("one")).isEmpty();
    assertThat(settings().autoSnapshots("two")).contains(Duration.ofMinutes(5));
  }

  @Test
  void textStaysReadableWhateverTheFileSays() throws IOException {
    Path file = home.resolve(".config/marey/settings.properties");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "text-size=3\ntheme=pink\nwindow-width=wide\n");
    assertThat(settings().textSize()).isEqualTo(Settings.SMALLEST_TEXT);
    assertThat(settings().theme()).isEqualTo(Theme.DARK);
    assertThat(settings().windowSize("width", 1440)).isEqualTo(1440);
    Files.writeString(file, "text-size=300\n");
    assertThat(settings().textSize()).isEqualTo(Settings.LARGEST_TEXT);
    Files.writeString(file, "text-size=\\u00");
    assertThat(settings().textSize()).isEqualTo(12);
  }

  @Test
  void foldersFollowTheXdgVariablesUnlessTheyAreRelative() {
    assertThat(Folders.of(Map.of(), Path.of("/home/ada")))
        .isEqualTo(
            new Folders(
                Path.of("/home/ada/.config/marey"),
                Path.of("/home/ada/.local/share/marey"),
                Path.of("/home/ada/.cache/marey")));
    assertThat(
            Folders.of(
                Map.of(
                    "XDG_CONFIG_HOME", "/c", "XDG_DATA_HOME", "/d", "XDG_CACHE_HOME", "relative"),
                Path.of("/home/ada")))
        .isEqualTo(
            new Folders(
                Path.of("/c/marey"), Path.of("/d/marey"), Path.of("/home/ada/.cache/marey")));
    assertThat(Folders.of(Map.of("XDG_DATA_HOME", "/d"), Path.of("/home/ada")).sessions())
        .isEqualTo(Path.of("/d/marey/sessions"));
  }
}

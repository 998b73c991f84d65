package dev.marey.diff.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class PrivateDisplayTest {

  @Test
  void aMissingServerIsNamedWithItsPackage(@TempDir Path empty) {
    assertThatThrownBy(() -> PrivateDisplay.start(empty.toString()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Window tests need an X server without a monitor, and there is no Xvfb in "
                + empty
                + ". Install it: apt-get install xvfb libgtk-3-0 libxtst6");
  }

  @Test
  void aServerThatDoesNotStartSaysItsOwnWords(@TempDir Path folder) throws Exception {
    Path broken = folder.resolve("Xvfb");
    Files.writeString(broken, "#!/bin/sh\necho no such screen >&2\nexit 1\n");
    assertThat(broken.toFile().setExecutable(true)).isTrue();

    assertThatThrownBy(() -> PrivateDisplay.start(folder + ":/usr/bin:/bin"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("did not start")
        .hasMessageContaining("no such screen");
  }

  @Test
  void closingEndsTheServer() {
    PrivateDisplay display = PrivateDisplay.start(System.getenv("PATH"));
    Path socket = Path.of("/tmp/.X11-unix/X" + display.name().substring(1));
    assertThat(socket).exists();

    display.close();

    Awaitility.await().untilAsserted(() -> assertThat(socket).doesNotExist());
  }

  @Test
  void testsNeverSeeTheDisplayOfTheirUser() {
    assertThat(PrivateDisplaySession.display().name()).isNotEqualTo(System.getenv("DISPLAY"));
  }
}

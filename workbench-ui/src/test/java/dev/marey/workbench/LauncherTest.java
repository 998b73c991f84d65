package dev.marey.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LauncherTest {

  @Test
  void theWindowOpensWithoutArgumentsAndForRunAndOpen() {
    assertThat(Launcher.wantsWindow(List.of())).isTrue();
    assertThat(Launcher.wantsWindow(List.of("run", "--demo"))).isTrue();
    assertThat(Launcher.wantsWindow(List.of("open", "mine"))).isTrue();
  }

  @Test
  void everythingElseIsTheCommandLines() {
    assertThat(Launcher.wantsWindow(List.of("run", "--headless"))).isFalse();
    assertThat(Launcher.wantsWindow(List.of("run", "--help"))).isFalse();
    assertThat(Launcher.wantsWindow(List.of("log", "mine"))).isFalse();
    assertThat(Launcher.wantsWindow(List.of("--help"))).isFalse();
  }

  @Test
  void optionsOfTheGuestDoNotCount() {
    assertThat(Launcher.wantsWindow(List.of("run", "--", "qemu-system-x86_64", "-h"))).isTrue();
  }
}

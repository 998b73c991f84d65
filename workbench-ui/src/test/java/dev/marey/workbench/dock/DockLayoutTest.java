package dev.marey.workbench.dock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DockLayoutTest {

  @TempDir Path folder;

  @Test
  void aLayoutComesBackFromItsFileAsItWas() {
    DockLayout layout =
        DockLayout.rows(
            List.of(0.4),
            DockLayout.columns(List.of(0.3), DockLayout.tabs("a"), DockLayout.tabs("b", "c")),
            new DockLayout.Tabs(List.of("d", "e"), "e"));
    LayoutFile file = new LayoutFile(folder.resolve("below/layout.json"));
    file.write(layout);
    assertThat(file.read()).contains(layout);
  }

  @Test
  void aFileThatIsNoLayoutCostsOnlyTheMemory() throws IOException {
    Path file = folder.resolve("layout.json");
    Files.writeString(file, "{\"kind\": \"tabs\"");
    assertThat(new LayoutFile(file).read()).isEmpty();
  }

  @Test
  void unknownAndRepeatedViewsAndEmptyPartsAreLeftOut() {
    DockLayout layout =
        DockLayout.rows(
            List.of(0.2, 0.6),
            DockLayout.tabs("a", "gone"),
            DockLayout.tabs("gone"),
            DockLayout.tabs("b", "a"));
    assertThat(DockLayout.mended(layout, Set.of("a", "b")))
        .isEqualTo(DockLayout.rows(List.of(0.5), DockLayout.tabs("a"), DockLayout.tabs("b")));
  }
}

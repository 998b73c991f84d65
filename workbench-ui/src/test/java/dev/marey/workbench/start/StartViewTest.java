package dev.marey.workbench.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class StartViewTest {

  private static String facts(int nodes, String last, long bytes) {
    return StartView.facts(session(nodes, last, bytes), ZoneOffset.UTC);
  }

  private static RecentSession session(int nodes, String last, long bytes) {
    return new RecentSession(
        Path.of("/s/demo-1"),
        Instant.parse("2026-01-03T12:05:59Z"),
        bytes,
        nodes,
        last,
        "demo guest",
        "");
  }

  @Test
  void aSessionWithoutANodeIsBootedAndOthersGoOn() {
    assertThat(StartView.verb(session(0, "", 40_000))).isEqualTo("Boot");
    assertThat(StartView.verb(session(1, "S1 at 0:03.0", 40_000))).isEqualTo("Resume");
  }

  @Test
  void aSessionSaysItsNodesItsSizeAndWhenItWasUsed() {
    assertThat(facts(12, "S12 at 1:05.3", 412_300_000))
        .isEqualTo("12 nodes, last S12 at 1:05.3 · 412 MB · 3 Jan 2026 12:05");
    assertThat(facts(1, "S1 at 0:03.0", 1_250_000_000))
        .isEqualTo("1 node, last S1 at 0:03.0 · 1,250 MB · 3 Jan 2026 12:05");
    assertThat(facts(0, "", 40_000)).isEqualTo("0 nodes · 0.0 MB · 3 Jan 2026 12:05");
  }
}

package dev.marey.workbench.timeline;

import static dev.marey.workbench.testing.Nodes.node;
import static dev.marey.workbench.testing.Nodes.origin;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Tags;
import java.time.Duration;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class NodeTextTest {

  @Test
  void theTooltipTellsWhatWhenAndAnythingUnusual() {
    assertThat(NodeText.tooltip(node(12, 0, 0, 65.3), ZoneOffset.UTC))
        .isEqualTo("S12\nguest time 1:05.3\ntaken 2026-01-03 12:01:05, by hand");
    Node unusual =
        origin(node(12, 0, 0, 65.3), Node.Origin.KEPT_PRESENT)
            .withMarks("boot", "before the crash", true)
            .withTags(Tags.of("net", "after login"))
            .withState(NodeState.DAMAGED, "segment 1 is damaged.");
    assertThat(NodeText.tooltip(unusual, ZoneOffset.UTC))
        .isEqualTo(
            "S12  boot\nguest time 1:05.3\ntaken 2026-01-03 12:01:05, to keep the present"
                + "\ntags: after login, net\nbefore the crash\ndamaged: segment 1 is damaged.");
    assertThat(
            NodeText.tooltip(
                origin(node(3, 0, 0, 1), Node.Origin.AUTOMATIC).withState(NodeState.SAVING, ""),
                ZoneOffset.UTC))
        .isEqualTo(
            "S3\nguest time 0:01.0\ntaken 2026-01-03 12:00:01, automatically\nstill being saved");
  }

  @Test
  void aScreenReaderHearsEverythingThatIsDrawn() {
    assertThat(
            NodeText.spoken(
                node(2, 1, 1, 3)
                    .withMarks("boot", "", true)
                    .withTags(Tags.of("net", "after login"))
                    .withState(NodeState.FAILED, "the disk is full."),
                true))
        .isEqualTo(
            "node S2, boot, guest time 0:03.0, branch 2, live, pinned, tags after login, net, capture failed: the disk is"
                + " full.");
  }

  @Test
  void spansHaveTheUnitThatSuitsThem() {
    assertThat(NodeText.span(Duration.ofMillis(-400))).isEqualTo("0.4 s");
    assertThat(NodeText.span(Duration.ofSeconds(41))).isEqualTo("41 s");
    assertThat(NodeText.span(Duration.ofSeconds(185))).isEqualTo("3 min 5 s");
    assertThat(NodeText.span(Duration.ofMinutes(61))).isEqualTo("1 h 1 min");
  }
}

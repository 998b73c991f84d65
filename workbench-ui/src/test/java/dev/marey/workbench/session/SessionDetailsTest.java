package dev.marey.workbench.session;

import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Tags;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class SessionDetailsTest {

  @Test
  void aNodesParticularsAndFiguresAreListedInReadingOrder() {
    assertThat(
            SessionDetailsView.facts(
                node(2, 1, 0, 65.3)
                    .withMarks("boot", "first try", true)
                    .withTags(Tags.of("net", "after login")),
                ZoneOffset.UTC))
        .containsExactly(
            entry("Note", "first try"),
            entry("Tags", "after login, net"),
            entry("State", "complete"),
            entry("Guest", "running"),
            entry("Guest time", "1:05.3"),
            entry("Taken", "3 Jan 12:01:05"),
            entry("By", "by hand, pinned"),
            entry("Ran on from", "S1"),
            entry("Pause", "18.0 ms"),
            entry("Device state", "9.0 ms"),
            entry("Arming", "3.0 ms"),
            entry("Saved in", "420.0 ms"),
            entry("Pages written", "1,440"),
            entry("Saved on touch", "12"),
            entry("Stored", "2,400 kB"));
  }

  @Test
  void aFailedNodeSaysWhyAndTheFirstOneWhereItCameFrom() {
    assertThat(
            SessionDetailsView.facts(
                node(1, 0, 0, 2).withState(NodeState.FAILED, "the disk is full."), ZoneOffset.UTC))
        .containsEntry("State", "capture failed: the disk is full.")
        .containsEntry("Ran on from", "the start")
        .doesNotContainKeys("Note", "Tags");
  }
}

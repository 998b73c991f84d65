package dev.marey.workbench.session;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.DiskDefinition;
import dev.marey.snapshot.DiskState;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import dev.marey.workbench.testing.FakeSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sabotage of each: disks of the node shown before; nodes asked for that have nothing to tell. */
final class NodeDisksViewModelTest {

  private final FakeSession fake = new FakeSession();
  private final ShownViewModel shown = new ShownViewModel();
  private final NodeDisksViewModel model =
      new NodeDisksViewModel(fake, shown, new CurrentThreadTaskService());

  @BeforeEach
  void threeNodes() {
    shown.update(
        Timeline.of(
            List.of(
                node(1, 0, 0, 1),
                node(2, 1, 0, 2),
                node(3, 2, 0, 3).withState(NodeState.SAVING, ""))));
    fake.disks.put(id(1), List.of(disk("disk0", 0), disk("disk1", 12_288)));
    fake.disks.put(id(2), List.of(disk("disk0", 4_096_000), disk("disk1", 12_288)));
    fake.disks.put(id(3), List.of(disk("disk0", 4_096_000), disk("disk1", 16_384)));
  }

  private static DiskState disk(String name, long writtenBytes) {
    return new DiskState(
        new DiskDefinition(name, "-hda x", Path.of("/home/ada/" + name + ".img"), true, List.of()),
        64L << 20,
        writtenBytes);
  }

  private Map<String, String> facts() {
    return model.factsProperty().get();
  }

  @Test
  void theDisksOfTheShownNodeAreTold() {
    assertThat(facts()).isEmpty();
    shown.select(id(1));
    assertThat(facts())
        .containsExactly(
            Map.entry("disk0", "disk0.img, 67 MB, nothing of it written"),
            Map.entry("disk1", "disk1.img, 67 MB, 12 kB of it written"));
    shown.select(id(2));
    assertThat(facts()).containsEntry("disk0", "disk0.img, 67 MB, 4 MB of it written");
    shown.showLive();
    assertThat(facts()).isEmpty();
  }

  @Test
  void aNodeThatIsBeingSavedHasItsDisksOnceItIsComplete() {
    shown.select(id(3));
    assertThat(facts()).isEmpty();
    shown.update(shown.timelineProperty().get().with(node(3, 2, 0, 3)));
    assertThat(facts()).containsEntry("disk1", "disk1.img, 67 MB, 16 kB of it written");
    shown.update(shown.timelineProperty().get().with(node(4, 3, 0, 4)));
    assertThat(fake.calls).containsExactly("disksOf S3");
  }

  @Test
  void disksThatCannotBeReadSayWhy() {
    fake.failNext("S1.disk0.map is damaged.");
    shown.select(id(1));
    assertThat(facts())
        .containsExactly(Map.entry("Disks", "cannot be read: S1.disk0.map is damaged."));
    shown.select(id(2));
    assertThat(facts()).containsOnlyKeys("disk0", "disk1");
  }

  @Test
  void aGuestWithoutDisksIsAskedOnce() {
    fake.disks.clear();
    shown.select(id(1));
    shown.select(id(2));
    assertThat(facts()).isEmpty();
    assertThat(fake.calls).containsExactly("disksOf S1");
  }
}

package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.DiskDefinition;
import dev.marey.snapshot.disk.DiskMap;
import dev.marey.snapshot.store.PageMap;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DiskStateTest {

  /** Sabotage that fails it: a block that was written with zeroes not counted; disks exchanged. */
  @Test
  void blocksThatTheGuestHasWrittenAreCountedWhateverTheyHold() {
    DiskDefinition first = disk("disk0");
    DiskDefinition second = disk("disk1");
    PageMap written =
        DiskMap.untouched(5 * 4096 + 512)
            .with(
                new int[] {1, 4, 5},
                new int[] {DiskMap.entry(7), DiskMap.entry(PageMap.ZERO_PAGE), DiskMap.entry(7)});
    assertThat(
            DiskState.of(
                List.of(first, second),
                new NodeMaps(PageMap.empty(1), List.of(written, DiskMap.untouched(1L << 40)))))
        .containsExactly(
            new DiskState(first, 6 * 4096, 3 * 4096), new DiskState(second, 1L << 40, 0));
  }

  private static DiskDefinition disk(String name) {
    return new DiskDefinition(name, "-hda " + name, Path.of("/images/" + name), true, List.of());
  }
}

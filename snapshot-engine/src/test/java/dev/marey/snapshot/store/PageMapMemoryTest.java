package dev.marey.snapshot.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.testing.ChildJvm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class PageMapMemoryTest {

  /** Sabotage that fails it: an inner node that copies its children with it. */
  @Test
  @Timeout(300)
  void aThousandNodesOfAnEightGigabyteGuestTakeLessThanAGibibyte() throws Exception {
    List<String> command = new ArrayList<>(ChildJvm.command(ThousandMapsProcess.class));
    // Room to move them about in; they themselves must take less.
    Collections.replaceAll(command, "-Xmx200m", "-Xmx1900m");
    Process child = ChildJvm.start(command);
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(output).isZero();
    List<String> said = ChildJvm.said(output);
    assertThat(said.get(0)).isEqualTo("maps 1000");
    assertThat(Long.parseLong(said.get(1).substring("bytes ".length())))
        .isBetween(100L << 20, 1L << 30);
    // Of 4,096 draws some hit the same page.
    assertThat(Integer.parseInt(said.get(2).substring("differences ".length())))
        .isBetween(4085, 4096);
  }
}

package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PinnedMemoryTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "file=/dev/null,format=raw,if=virtio,readonly=on | false",
        "file=/dev/null,format=raw,if=virtio,readonly=on,aio=threads,cache=writeback | false",
        "file=/dev/null,format=raw,if=virtio,readonly=on,cache=none | true",
        "file=/dev/null,format=raw,if=virtio,readonly=on,cache=directsync | true",
        "file=/dev/null,format=raw,if=virtio,readonly=on,aio=io_uring | true",
        "file=/dev/null,format=raw,if=virtio,readonly=on,aio=native,cache.direct=on | true",
        "file=/dev/null,format=raw,if=virtio,readonly=on,cache.direct=off | false",
      })
  void aDiskThatIsReadPastThePageCachePinsMemory(String drive, boolean pins) throws Exception {
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(64));
    line.addAll(List.of("-drive", drive));
    assertThat(CommandLine.of(line).accept().pinsMemory()).isEqualTo(pins);
  }
}

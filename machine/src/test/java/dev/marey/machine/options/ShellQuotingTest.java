package dev.marey.machine.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;

final class ShellQuotingTest {

  @Property
  void whatIsJoinedIsSplitIntoTheSameWords(
      @ForAll List<@StringLength(min = 1, max = 12) String> words) {
    ShellWords split = new ShellWords(ShellQuoting.join(words), Map.of());
    assertThat(split.problems()).isEmpty();
    assertThat(split.words()).extracting(Word::text).isEqualTo(words);
  }
}

package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sabotage of each: words taken as they come; a bound moved by one; a check left out. */
final class TagsTest {

  @Test
  void eachIsThereOnceInAlphabeticalOrderWithoutBlanksAroundIt() {
    assertThat(Tags.of(" net ", "boot", "Boot", "net", "After login").words())
        .containsExactly("After login", "Boot", "boot", "net");
  }

  @Test
  void aLineHasCommasBetweenThem() {
    Tags typed = Tags.typed(" net,after login, ,boot,");
    assertThat(typed).isEqualTo(Tags.of("after login", "boot", "net"));
    assertThat(typed).hasToString("after login, boot, net");
    assertThat(Tags.typed("  ")).isEqualTo(Tags.NONE);
  }

  @Test
  void theyAreAddedAndTakenAway() {
    Tags tags = Tags.of("a", "b");
    assertThat(tags.with(List.of("c", "a"))).isEqualTo(Tags.of("a", "b", "c"));
    assertThat(tags.without(List.of(" a", "c"))).isEqualTo(Tags.of("b"));
    assertThat(tags.has(" b ")).isTrue();
    assertThat(tags.has("B")).isFalse();
  }

  @Test
  void whatIsNoTagIsToldWithWhatToDo() {
    assertThatThrownBy(() -> Tags.of(" ")).hasMessage("A tag is empty. Give it a word.");
    assertThatThrownBy(() -> Tags.of("a,b"))
        .hasMessage("The tag \"a,b\" has a comma, which stands between tags. Leave it out.");
    assertThatThrownBy(() -> Tags.of("a\u001b[2J"))
        .hasMessage("The tag \"a?[2J\" has a control character. Leave it out.");
    assertThat(Tags.of("😀".repeat(64)).words()).hasSize(1);
    assertThatThrownBy(() -> Tags.of("😀".repeat(65)))
        .hasMessage(
            "The tag \""
                + "😀".repeat(24)
                + "…\" has 65 characters, and 64 are the most. Shorten it.");
  }

  @Test
  void thereAreAtMostThirtyTwo() {
    Tags most = new Tags(IntStream.range(0, 32).mapToObj(Integer::toString).toList());
    assertThat(most.with(List.of("7"))).isEqualTo(most);
    assertThatThrownBy(() -> most.with(List.of("x")))
        .hasMessage("A node has at most 32 tags, and these are 33. Leave some out.");
  }
}

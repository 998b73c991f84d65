package dev.marey.workbench.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javafx.beans.Observable;
import javafx.beans.property.SimpleBooleanProperty;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class PaletteViewModelTest {

  private final List<String> done = new ArrayList<>();
  private final SimpleBooleanProperty paused = new SimpleBooleanProperty();
  private final Commands commands = new Commands();

  PaletteViewModelTest() {
    commands.add(Command.of("a", "Pause", "", () -> done.add("pause"), "Ctrl+Shift+H"));
    commands.add(Command.of("b", "Run", "", () -> done.add("run"), "F8").when(paused));
    commands.add(Command.of("c", "Undo the revert", "", () -> done.add("undo")));
  }

  private List<String> found(String query) {
    PaletteViewModel palette = new PaletteViewModel(commands);
    palette.queryProperty().set(query);
    return palette.found().stream().map(Command::id).toList();
  }

  @Test
  void wordsBeatInnerLettersAndWhatCannotBeDoneComesLast() {
    assertThat(found("")).containsExactly("a", "c", "b");
    assertThat(found("re")).containsExactly("c");
    assertThat(found("utr")).containsExactly("c");
    assertThat(found("u")).containsExactly("c", "a", "b");
    assertThat(found("xyz")).isEmpty();
  }

  @Test
  void aCommandDoesNothingWhileItCannotBeDone() {
    commands.get("b").run();
    paused.set(true);
    commands.get("b").run();
    assertThat(done).containsExactly("run");
  }

  @Test
  void aKeyBelongsToOneCommand() {
    assertThatThrownBy(() -> commands.add(Command.of("d", "Other", "", () -> {}, "F8")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("F8 of d is already a key of b");
  }

  /** Sabotage that fails it: a new view of the list for each caller, which nobody holds. */
  @Test
  void whoListensToWhatIsFoundIsToldAlsoAfterMemoryWasCleanedUp() {
    Commands commands = new Commands();
    commands.add(Command.of("a", "Reset the guest", "", () -> {}));
    PaletteViewModel palette = new PaletteViewModel(commands);
    AtomicInteger told = new AtomicInteger();
    palette.found().addListener((Observable changed) -> told.incrementAndGet());
    WeakReference<Object> rubbish = new WeakReference<>(new Object());
    Awaitility.await()
        .until(
            () -> {
              System.gc();
              return rubbish.get() == null;
            });
    palette.queryProperty().set("reset");
    assertThat(told).hasPositiveValue();
  }
}

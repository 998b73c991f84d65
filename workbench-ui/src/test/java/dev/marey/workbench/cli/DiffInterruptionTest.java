package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.testing.SmallSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl+C while a diff is being written. Sabotage that fails it: a diff that asks nobody. */
final class DiffInterruptionTest {

  @TempDir Path folder;

  @BeforeEach
  void makeSession() throws Exception {
    SmallSession.withTwoNodes(folder.resolve("mine")).close();
  }

  private String interrupted(String... options) {
    Interruption interruption = new Interruption();
    interruption.ask(Interruption.SIGINT_EXIT_CODE);
    List<String> words = new ArrayList<>(List.of("diff"));
    words.addAll(List.of(options));
    words.addAll(List.of("mine", "S1", "S2"));
    Marey.Result result = new Marey(folder).run(interruption, words);
    assertThat(result.exitCode()).isEqualTo(Interruption.SIGINT_EXIT_CODE);
    return result.out();
  }

  @Test
  void theTableEndsBeforeItsFirstRow() {
    assertThat(interrupted()).doesNotContain("ADDRESS");
  }

  @Test
  void thereIsNoHalfObject() {
    assertThat(interrupted("--json")).isEmpty();
  }

  @Test
  void thePageIsTakenAway() {
    assertThat(interrupted("--html", "page.html")).isEmpty();
    assertThat(folder.toFile().list()).containsExactly("mine");
  }
}

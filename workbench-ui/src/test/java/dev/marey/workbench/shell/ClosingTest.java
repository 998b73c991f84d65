package dev.marey.workbench.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.workbench.problems.Problem;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import dev.marey.workbench.testing.FakeSession;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

final class ClosingTest {

  private static final String FULL = "The disk is full. Free some space.";

  private final FakeSession fake = new FakeSession();
  private final ProblemsViewModel problems = new ProblemsViewModel(Clock.systemUTC());
  private final Queue<Closing.Answer> answers = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();

  private Closing closing() {
    return new Closing(
        fake,
        new CurrentThreadTaskService(),
        problems,
        reason -> {
          told.add("asked: " + reason);
          return answers.remove();
        },
        new Closing.Stages() {
          @Override
          public void ending() {
            told.add("ending");
          }

          @Override
          public void closed() {
            told.add("closed");
          }

          @Override
          public void cancelled() {
            told.add("cancelled");
          }
        });
  }

  @Test
  void thePresentIsKeptBeforeTheGuestEnds() {
    closing().begin();
    assertThat(fake.calls).containsExactly("keepPresent", "abandon");
    assertThat(told).containsExactly("ending", "closed");
  }

  /** Sabotage that fails it: a guest that is ended whether its present is kept or not. */
  @Test
  void whenThePresentCannotBeKeptTheGuestStaysUntilThePersonSaysWhat() {
    fake.failNext(FULL);
    answers.add(Closing.Answer.CANCEL);
    closing().begin();
    assertThat(fake.calls).containsExactly("keepPresent");
    assertThat(told).containsExactly("asked: " + FULL, "cancelled");
    assertThat(problems.problems())
        .extracting(Problem::what)
        .containsExactly("Keeping the present: " + FULL);
  }

  @Test
  void itIsTriedAgainAfterSpaceWasMade() {
    fake.failNext(FULL);
    answers.add(Closing.Answer.TRY_AGAIN);
    closing().begin();
    assertThat(fake.calls).containsExactly("keepPresent", "keepPresent", "abandon");
    assertThat(told).containsExactly("asked: " + FULL, "ending", "closed");
  }

  @Test
  void itIsClosedWithoutThePresentOnlyWhenThatIsSaid() {
    fake.failNext(FULL);
    answers.add(Closing.Answer.WITHOUT_THE_PRESENT);
    closing().begin();
    assertThat(fake.calls).containsExactly("keepPresent", "abandon");
    assertThat(told).containsExactly("asked: " + FULL, "ending", "closed");
  }
}

package dev.marey.workbench.session;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.marey.machine.RunState;
import dev.marey.snapshot.Tags;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.problems.Problem;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.shown.Comparison;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import dev.marey.workbench.testing.FakeSession;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SessionViewModelTest {

  private final FakeSession fake = new FakeSession();
  private final CurrentThreadTaskService tasks = new CurrentThreadTaskService();
  private final ShownViewModel shown = new ShownViewModel();
  private final ProblemsViewModel problems = new ProblemsViewModel(Clock.systemUTC());
  private final SessionViewModel model =
      new SessionViewModel(fake, tasks, problems, shown, Runnable::run);

  @Test
  void aRevertShowsLiveAgainAndIsAnnounced() {
    fake.timeline(Timeline.of(List.of(node(1, 0, 0, 1))));
    shown.select(id(1));
    model.revert(id(1), true);
    assertThat(fake.calls).containsExactly("revert S1 inverted");
    assertThat(shown.pastProperty().get()).isFalse();
    assertThat(model.lastRevertProperty().get())
        .contains(new RevertDone(id(1), Optional.empty(), Duration.ofMillis(80)));
    assertThat(model.idleProperty().get()).isTrue();
  }

  @Test
  void comparingWithNowTakesANodeFirst() {
    fake.timeline(Timeline.of(List.of(node(1, 0, 0, 9), node(2, 0, 0, 1))));
    model.compareWithNow(id(2));
    assertThat(fake.calls).containsExactly("snapshot ");
    assertThat(shown.comparisonProperty().get())
        .contains(new Comparison(id(2), id(1), true, Optional.empty()));
    assertThat(shown.shownProperty().get()).contains(id(1));
  }

  @Test
  void comparingWithNowTakesNoNodeWhenTheGuestHasNotRunSinceTheLastOne() {
    fake.timeline(Timeline.of(List.of(node(1, 0, 0, 1), node(2, 1, 0, 2), node(3, 2, 0, 3))));
    fake.live(FakeSession.running(Duration.ofSeconds(3), Optional.of(id(3)), false));
    model.compareWithNow(id(1));
    assertThat(fake.calls).isEmpty();
    assertThat(shown.comparisonProperty().get())
        .contains(new Comparison(id(1), id(3), true, Optional.empty()));
  }

  @Test
  void theNodeThePresentStandsOnIsComparedWithItselfAndNotWithItsParent() {
    fake.timeline(Timeline.of(List.of(node(1, 0, 0, 1), node(2, 1, 0, 2))));
    fake.live(FakeSession.running(Duration.ofSeconds(2), Optional.of(id(2)), false));
    shown.select(id(2));
    model.compareWithNow(id(2));
    assertThat(fake.calls).isEmpty();
    assertThat(shown.comparisonProperty().get())
        .contains(new Comparison(id(2), id(2), true, Optional.empty()));
  }

  @Test
  void aNodeIsTakenToCompareWithWhenTheOneThePresentStoodOnWasDeleted() {
    fake.timeline(Timeline.of(List.of(node(1, 0, 0, 1), node(2, 1, 0, 2))));
    fake.live(FakeSession.running(Duration.ofSeconds(3), Optional.of(id(3)), false));
    model.compareWithNow(id(2));
    assertThat(fake.calls).containsExactly("snapshot ");
  }

  @Test
  void aFailedRevertLeavesThePastShown() {
    fake.timeline(Timeline.of(List.of(node(1, 0, 0, 1))));
    shown.select(id(1));
    fake.failNext("The disk is full. Free some space.");
    model.revert(id(1), false);
    assertThat(shown.pastProperty().get()).isTrue();
    assertThat(tasks.failures)
        .containsExactly("reverting to S1: The disk is full. Free some space.");
    assertThat(model.idleProperty().get()).isTrue();
  }

  @Test
  void marksKeepWhatTheyDoNotChange() {
    fake.timeline(Timeline.of(List.of(node(1, 0, 0, 1).withMarks("a", "b", false))));
    model.pin(id(1), true);
    model.rename(id(1), "c");
    model.note(id(1), "d");
    model.tag(id(1), Tags.of("e", "f"));
    assertThat(fake.calls)
        .containsExactly(
            "mark S1 'a' 'b' true",
            "mark S1 'c' 'b' true",
            "mark S1 'c' 'd' true",
            "tag S1 'e, f'");
    assertThat(shown.timelineProperty().get().find(id(1)).orElseThrow().tags())
        .isEqualTo(Tags.of("e", "f"));
  }

  @Test
  void theSampleDecidesWhatCanBeDone() {
    assertThat(model.runningProperty().get()).isTrue();
    fake.live(LiveSample.NONE);
    model.sample();
    assertThat(model.liveProperty().get().runState()).isEqualTo(RunState.ENDED);
    assertThat(model.runningProperty().get()).isFalse();
    assertThat(model.aliveProperty().get()).isFalse();
  }

  @Test
  void deletingCanBeUndone() {
    fake.timeline(Timeline.of(List.of(node(1, 0, 0, 1))));
    assertThat(model.undeletableProperty().get()).isFalse();
    model.delete(id(1));
    assertThat(model.undeletableProperty().get()).isTrue();
    model.undoDelete();
    assertThat(fake.calls).containsExactly("delete S1", "undoDelete");
  }

  @Test
  void aProblemOfTheEngineIsListedWithItsRemedy() {
    assertThat(problems.problems()).isEmpty();
    problems.failed("taking a snapshot", new Exception("The disk is full. Free some space."));
    assertThat(problems.problems().get(0).what())
        .isEqualTo("Taking a snapshot: The disk is full. Free some space.");
    assertThat(problems.problems().get(0).severity()).isEqualTo(Problem.Severity.ERROR);
  }

  @Test
  void whatTheEngineReportsByItselfIsListed() {
    fake.fireProblem("What the guest prints is not kept. Free some space.");
    assertThat(problems.problems())
        .extracting(Problem::severity, Problem::what)
        .containsExactly(
            tuple(Problem.Severity.ERROR, "What the guest prints is not kept. Free some space."));
  }

  @Test
  void optionsThatWereChangedAreListedAsInformation() {
    fake.notices = List.of("-monitor was left out.", "-vnc was left out.");
    SessionViewModel unused = new SessionViewModel(fake, tasks, problems, shown, Runnable::run);
    assertThat(problems.problems())
        .extracting(Problem::severity, Problem::what)
        .containsExactly(
            tuple(Problem.Severity.INFORMATION, "-vnc was left out."),
            tuple(Problem.Severity.INFORMATION, "-monitor was left out."));
  }

  @Test
  void autoSnapshotsGoOnAsBeforeAndTheChoiceIsRemembered() {
    List<Optional<Duration>> remembered = new ArrayList<>();
    model.autoSnapshotsAsBefore(Optional.of(Duration.ofSeconds(5)), remembered::add);
    assertThat(fake.calls).containsExactly("auto Optional[PT5S]");
    assertThat(remembered).isEmpty();
    model.autoSnapshots(Optional.of(Duration.ofSeconds(30)));
    assertThat(remembered).containsExactly(Optional.of(Duration.ofSeconds(30)));
    fake.stopAutoSnapshots();
    model.sample();
    assertThat(model.autoSnapshotsProperty().get()).isEmpty();
    assertThat(remembered).hasSize(1);
  }

  @Test
  void whenQemuHasEndedTheLastNodeIsOffered() {
    fake.timeline(Timeline.of(List.of(node(3, 0, 0, 1))));
    fake.live(FakeSession.ended(Optional.of(id(3))));
    model.sample();
    assertThat(model.aliveProperty().get()).isFalse();
    assertThat(model.revivableProperty().get()).isTrue();
    model.revive();
    assertThat(fake.calls).containsExactly("revert S3 inverted");
  }
}

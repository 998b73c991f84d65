package dev.marey.workbench.registers;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.Timeline;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import dev.marey.workbench.testing.FakeSession;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RegistersViewModelTest {

  private final FakeSession session = new FakeSession();
  private final ShownViewModel shown = new ShownViewModel();
  private final CurrentThreadTaskService tasks = new CurrentThreadTaskService();
  private final SessionViewModel live =
      new SessionViewModel(
          session, tasks, new ProblemsViewModel(Clock.systemUTC()), shown, Runnable::run);
  private final RegistersViewModel model = new RegistersViewModel(live, shown, tasks);

  @Test
  void aRunningGuestOffersToBePaused() {
    assertThat(model.headerProperty().get()).isEqualTo("Registers");
    assertThat(model.hintProperty().get())
        .isEqualTo("Registers are shown while the guest is paused, or of the selected node.");
    assertThat(model.offersPauseProperty().get()).isTrue();
    model.pause();
    assertThat(session.calls).containsExactly("pause");
  }

  @Test
  void theHeaderTellsThePausedGuestFromANode() {
    shown.update(Timeline.of(List.of(node(1, 0, 0, 1))));
    session.live(FakeSession.paused());
    live.sample();
    live.sample();
    assertThat(model.headerProperty().get()).isEqualTo("Registers of the paused guest");
    assertThat(session.calls).containsExactly("liveState");
    assertThat(model.hintProperty().get()).isEqualTo("no state of the present");
    shown.select(id(1));
    assertThat(model.headerProperty().get()).isEqualTo("Registers at S1");
    assertThat(model.offersPauseProperty().get()).isFalse();
  }

  @Test
  void aPauseThatIsOverBeforeTheRegistersAreReadIsNoFailure() {
    session.runAgain();
    session.live(FakeSession.paused());
    live.sample();
    live.sample();
    assertThat(session.calls).containsExactly("liveState");
    assertThat(model.rows()).isEmpty();
    assertThat(model.hintProperty().get())
        .isEqualTo("The guest runs again. Pause it to see its registers.");
    assertThat(tasks.failures).isEmpty();
  }

  @Test
  void thePauseOfASnapshotIsNotTakenForAPausedGuest() {
    session.live(FakeSession.paused());
    live.sample();
    session.live(FakeSession.running(Duration.ofSeconds(9), Optional.empty(), true));
    live.sample();
    assertThat(session.calls).isEmpty();
    assertThat(live.runningProperty().get()).isTrue();
  }
}

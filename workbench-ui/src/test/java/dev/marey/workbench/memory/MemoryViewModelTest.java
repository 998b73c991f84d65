package dev.marey.workbench.memory;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.diff.view.HexSource;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import dev.marey.workbench.testing.FakeSession;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** With a real guest: {@code RealGuestViewsQemuTest}. */
final class MemoryViewModelTest {

  private final FakeSession session = new FakeSession();
  private final ShownViewModel shown = new ShownViewModel();
  private final CurrentThreadTaskService tasks = new CurrentThreadTaskService();
  private final SessionViewModel live =
      new SessionViewModel(
          session, tasks, new ProblemsViewModel(Clock.systemUTC()), shown, Runnable::run);
  private final MemoryViewModel model = new MemoryViewModel(live, shown, tasks);

  private Optional<HexSource> source() {
    return model.sourceProperty().get();
  }

  private void pause() {
    session.live(FakeSession.paused());
    live.sample();
    live.sample();
  }

  @Test
  void aRunningGuestOffersToBePaused() {
    assertThat(model.headerProperty().get()).isEqualTo("Memory");
    assertThat(source()).isEmpty();
    assertThat(model.offersPauseProperty().get()).isTrue();
    model.pause();
    assertThat(session.calls).containsExactly("pause");
  }

  @Test
  void aPausedGuestIsReadAnewAfterAResetAndNotAtEverySample() {
    pause();
    HexSource first = source().orElseThrow();
    live.sample();
    assertThat(source()).containsSame(first);
    live.reset();
    assertThat(model.headerProperty().get()).isEqualTo("Memory of the paused guest");
    assertThat(source()).isPresent().get().isNotSameAs(first);
  }

  @Test
  void aResetDoesNotTouchTheMemoryOfANode() {
    shown.update(Timeline.of(List.of(node(1, 0, 0, 1))));
    pause();
    shown.select(id(1));
    HexSource first = source().orElseThrow();
    live.reset();
    assertThat(source()).containsSame(first);
  }

  @Test
  void aNodeThatIsBeingSavedCannotBeReadYet() {
    shown.update(Timeline.of(List.of(node(1, 0, 0, 1).withState(NodeState.SAVING, ""))));
    shown.select(id(1));
    assertThat(model.headerProperty().get()).isEqualTo("Memory at S1 cannot be read yet");
    assertThat(source()).isEmpty();
    shown.update(Timeline.of(List.of(node(1, 0, 0, 1))));
    assertThat(model.headerProperty().get()).isEqualTo("Memory at S1");
    assertThat(source()).isPresent();
  }

  @Test
  void aNodeThatCannotBeReadShowsNothingOfTheInstantBefore() {
    shown.update(Timeline.of(List.of(node(1, 0, 0, 1), node(2, 1, 0, 2))));
    shown.select(id(1));
    assertThat(source()).isPresent();
    session.failNext("its page map is damaged");
    shown.select(id(2));
    assertThat(source()).isEmpty();
    assertThat(model.headerProperty().get())
        .isEqualTo("Memory at S2 cannot be read: its page map is damaged");
  }
}

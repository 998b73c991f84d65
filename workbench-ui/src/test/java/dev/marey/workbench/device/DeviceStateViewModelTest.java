package dev.marey.workbench.device;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import dev.marey.workbench.testing.FakeSession;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeviceStateViewModelTest {

  private final ShownViewModel shown = new ShownViewModel();
  private final FakeSession session = new FakeSession();
  private final CurrentThreadTaskService tasks = new CurrentThreadTaskService();
  private final SessionViewModel live =
      new SessionViewModel(
          session, tasks, new ProblemsViewModel(Clock.systemUTC()), shown, Runnable::run);
  private final DeviceStateViewModel model = new DeviceStateViewModel(live, shown, tasks);

  @Test
  void withoutNodesASnapshotIsOffered() {
    assertThat(model.offersSnapshotProperty().get()).isTrue();
    assertThat(model.messageProperty().get())
        .isEqualTo("Devices are shown while the guest is paused, or of the selected node.");
  }

  @Test
  void aRunningGuestOffersToBePaused() {
    assertThat(model.offersPauseProperty().get()).isTrue();
    model.pause();
    assertThat(session.calls).containsExactly("pause");
    shown.update(Timeline.of(List.of(node(1, 0, 0, 1))));
    shown.select(id(1));
    assertThat(model.offersPauseProperty().get()).isFalse();
  }

  @Test
  void thePausedGuestIsReadOnceAndAgainAfterAReset() {
    session.live(FakeSession.paused());
    live.sample();
    live.sample();
    assertThat(model.headerProperty().get()).isEqualTo("Of the paused guest");
    assertThat(model.messageProperty().get())
        .isEqualTo("The devices of the paused guest cannot be read: no state of the present");
    live.sample();
    assertThat(session.calls).containsExactly("liveState");
    live.reset();
    assertThat(session.calls).containsExactly("liveState", "reset", "liveState");
  }

  @Test
  void aPauseThatIsOverBeforeTheDevicesAreReadIsNoFailure() {
    session.runAgain();
    session.live(FakeSession.paused());
    live.sample();
    live.sample();
    assertThat(model.rowsProperty().get()).isEmpty();
    assertThat(model.messageProperty().get())
        .isEqualTo("The guest runs again. Pause it to see its devices.");
    assertThat(tasks.failures).isEmpty();
  }

  @Test
  void aNodeThatIsBeingSavedOrFailedSaysSo() {
    shown.update(
        Timeline.of(
            List.of(
                node(1, 0, 0, 1).withState(NodeState.SAVING, ""),
                node(2, 0, 0, 2).withState(NodeState.FAILED, "the disk is full."))));
    shown.select(id(1));
    assertThat(model.messageProperty().get())
        .isEqualTo("S1 is still being saved; its devices appear when it is complete.");
    shown.select(id(2));
    assertThat(model.messageProperty().get())
        .isEqualTo("S2 was not completed: the disk is full. Select another node.");
  }

  @Test
  void aStateThatCannotBeReadSaysWhy() {
    shown.update(Timeline.of(List.of(node(1, 0, 0, 1))));
    shown.select(id(1));
    assertThat(model.rowsProperty().get()).isEmpty();
    assertThat(model.headerProperty().get()).isEqualTo("At S1");
    assertThat(model.messageProperty().get())
        .isEqualTo("The devices of S1 cannot be read: no state of S1");
  }
}

package dev.marey.workbench.monitor;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.console.MonitorAction;
import dev.marey.machine.console.MonitorAnswer;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import dev.marey.workbench.testing.FakeSession;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MonitorViewModelTest {

  private final FakeSession fake = new FakeSession();
  private final CurrentThreadTaskService tasks = new CurrentThreadTaskService();
  private final ShownViewModel shown = new ShownViewModel();
  private final SessionViewModel session =
      new SessionViewModel(
          fake, tasks, new ProblemsViewModel(Clock.systemUTC()), shown, Runnable::run);
  private final MonitorViewModel model = new MonitorViewModel(session, shown, tasks);

  private void answer(MonitorAnswer answer, String line) {
    fake.monitorAnswer = answer;
    assertThat(model.run(line)).isTrue();
  }

  private void instead(MonitorAction action, String argument, String line) {
    answer(new MonitorAnswer.UseInstead(action, argument), line);
  }

  @Test
  void aLineStandsAboveItsAnswer() {
    answer(new MonitorAnswer.Output("VM status: running\n"), " info status ");
    answer(new MonitorAnswer.Refused("'migrate' is not run: because."), "migrate x");
    assertThat(model.outputProperty().get())
        .isEqualTo(
            """
            (qemu) info status
            VM status: running
            (qemu) migrate x
            'migrate' is not run: because.
            """);
    assertThat(model.busyProperty().get()).isFalse();
  }

  @Test
  void whatMareyDoesItselfItDoes() {
    fake.timeline(Timeline.of(List.of(node(1, 0, 0, 1))));
    instead(MonitorAction.RESUME, "", "cont");
    instead(MonitorAction.PAUSE, "", "stop");
    instead(MonitorAction.RESET, "", "system_reset");
    instead(MonitorAction.SNAPSHOT, "before boot", "savevm before boot");
    instead(MonitorAction.REVERT, "S1", "loadvm S1");
    assertThat(fake.calls)
        .filteredOn(call -> !call.startsWith("monitor"))
        .containsExactly("run", "pause", "reset", "snapshot before boot", "revert S1");
  }

  @Test
  void anUnknownNodeAndQuitAreRefusedInWords() {
    instead(MonitorAction.REVERT, "S9", "loadvm S9");
    instead(MonitorAction.QUIT, "", "quit");
    assertThat(fake.calls).containsExactly("monitor loadvm S9", "monitor quit");
    assertThat(model.outputProperty().get())
        .isEqualTo(
            """
            (qemu) loadvm S9
            There is no node "S9".
            (qemu) quit
            'quit' is not run: the present would be lost. Close the session instead, which keeps it \
            as a node: File, Close session.
            """);
  }

  @Test
  void aFailureIsSaidWhereTheAnswerWouldBe() {
    fake.failNext("QEMU has ended.");
    assertThat(model.run("info status")).isTrue();
    assertThat(model.outputProperty().get()).isEqualTo("(qemu) info status\nQEMU has ended.\n");
    assertThat(tasks.failures).isEmpty();
    assertThat(model.busyProperty().get()).isFalse();
  }

  @Test
  void nothingIsGivenToQemuWithoutALine() {
    assertThat(model.run("  ")).isFalse();
    assertThat(fake.calls).isEmpty();
  }

  @Test
  void whileThePastIsShownItSaysThatItActsOnTheLiveGuest() {
    fake.timeline(Timeline.of(List.of(node(1, 0, 0, 1))));
    assertThat(model.headerProperty().get()).isEqualTo("QEMU's monitor of the live guest");
    shown.select(id(1));
    assertThat(model.headerProperty().get()).isEqualTo("Acts on the live guest, not on S1");
    shown.showLive();
    assertThat(model.headerProperty().get()).isEqualTo("QEMU's monitor of the live guest");
  }

  @Test
  void theOldestAnswersGoWhenItGetsLong() {
    for (int i = 0; i < 30; i++) {
      answer(new MonitorAnswer.Output(i + " " + "x".repeat(9_990) + "\n"), "help");
    }
    assertThat(model.outputProperty().get().length()).isBetween(150_000, 200_000);
    assertThat(model.outputProperty().get()).startsWith("(qemu) help\n").endsWith("x\n");
  }

  @Test
  void upAndDownWalkTheLinesFromBefore() {
    assertThat(model.older("typed")).isEqualTo("typed");
    model.run("one");
    model.run("two");
    model.run("two");
    assertThat(model.older("begun")).isEqualTo("two");
    assertThat(model.older("two")).isEqualTo("one");
    assertThat(model.older("one")).isEqualTo("one");
    assertThat(model.newer("one")).isEqualTo("two");
    assertThat(model.newer("two")).isEqualTo("begun");
    assertThat(model.newer("begun")).isEqualTo("begun");
  }
}

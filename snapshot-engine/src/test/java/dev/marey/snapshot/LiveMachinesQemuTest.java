package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.capture.BrokenLoop;
import dev.marey.snapshot.store.PageMap;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LiveMachinesQemuTest {

  @TempDir Path folder;

  @Test
  void onlyTheLiveMachineIsSaidToHaveBeenStopped() throws Exception {
    List<String> problems = new CopyOnWriteArrayList<>();
    LiveNews news = new LiveNews();
    news.add(
        new LiveListener() {
          @Override
          public void problem(String what) {
            problems.add(what);
          }
        });
    try (Session session =
            Session.create(
                folder.resolve("session"),
                CommandLine.of(TestGuests.bareMetalCommandLine(BareMetal.MEGABYTES)).accept());
        LiveMachines machines =
            new LiveMachines(
                session, new LiveConsole(session, Optional.empty(), news), news, Tuning.STANDARD);
        GuardedMachine live = machines.boot();
        GuardedMachine standby =
            machines.standby(new NodeMaps(PageMap.empty(session.pageCount()), List.of()))) {
      machines.goLive(live);

      breakAndAwait(standby);
      assertThat(problems).isEmpty();

      breakAndAwait(live);
      assertThat(problems)
          .containsExactly(
              "Guest memory could not be watched any more, so the guest was stopped: broken on"
                  + " purpose. Complete nodes are safe; go back to one to run on.");
    }
  }

  private static void breakAndAwait(GuardedMachine machine) throws Exception {
    BrokenLoop.breakOff(machine.faultLoop(), "broken on purpose");
    Awaitility.await().until(() -> machine.machine().runState() == RunState.ENDED);
    Awaitility.await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("marey-emergency")));
  }
}

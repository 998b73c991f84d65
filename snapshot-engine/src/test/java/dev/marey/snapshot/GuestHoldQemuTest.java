package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class GuestHoldQemuTest {

  @TempDir Path folder;

  @Test
  void aRunningGuestStandsStillUntilThereIsRoomAndAPausedOneStaysPaused() throws Exception {
    try (BareMetal guest = BareMetal.start(folder);
        Conductor conductor = new Conductor()) {
      GuestHold hold = new GuestHold(conductor, guest.live()::machine);
      AtomicBoolean relieved = new AtomicBoolean();
      CompletableFuture<Void> held = CompletableFuture.runAsync(() -> hold.hold(relieved::get));
      guest.awaitState(RunState.PAUSED);
      assertThat(held).isNotDone();
      relieved.set(true);
      held.get();
      assertThat(guest.live().machine().runState()).isEqualTo(RunState.RUNNING);
      guest.runABit();

      guest.live().pause();
      relieved.set(false);
      hold.hold(relieved::get);
      assertThat(guest.live().machine().runState()).isEqualTo(RunState.PAUSED);
    }
  }
}

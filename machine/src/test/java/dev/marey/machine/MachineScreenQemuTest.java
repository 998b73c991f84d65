package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marey.machine.MachineRequest.Role;
import dev.marey.machine.screen.ScreenListener;
import dev.marey.machine.screen.VncScreen;
import dev.marey.machine.testing.RunningGuest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The screen of a machine as a person's command line asks for it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class MachineScreenQemuTest {

  private static final int MEGABYTES = 32;

  @TempDir Path folder;

  /** Keeps the last frame. */
  private static final class Watcher implements ScreenListener {
    private volatile int[] argb = new int[0];
    private final CompletableFuture<String> end = new CompletableFuture<>();

    @Override
    public void frame(int width, int height, int[] pixels) {
      argb = pixels;
    }

    @Override
    public void closed(String reason) {
      end.complete(reason);
    }
  }

  /** QEMU's own picture of its screen, as the listener gets it. */
  private int[] picture(Machine machine) throws Exception {
    Path file = folder.resolve("screen.ppm");
    machine.qmp().humanMonitor("screendump " + file);
    byte[] ppm = Files.readAllBytes(file);
    String[] header = new String(ppm, 0, 20, StandardCharsets.ISO_8859_1).split("\\s", 5);
    int[] pixels = new int[Integer.parseInt(header[1]) * Integer.parseInt(header[2])];
    for (int i = 0, at = ppm.length - 3 * pixels.length; i < pixels.length; i++) {
      pixels[i] = 0xff;
      for (int colour = 0; colour < 3; colour++) {
        pixels[i] = pixels[i] << 8 | Byte.toUnsignedInt(ppm[at++]);
      }
    }
    return pixels;
  }

  private static long lit(int[] argb) {
    return Arrays.stream(argb).filter(pixel -> pixel != 0xff000000).count();
  }

  @Test
  void theTextOfTheBiosIsSeenThroughTheMachinesSocketUntilQemuEnds() throws Exception {
    Watcher watcher = new Watcher();
    try (GuestRam ram = GuestRam.create((long) MEGABYTES << 20);
        RunningGuest guest =
            RunningGuest.start(
                List.of("qemu-system-x86_64", "-m", MEGABYTES + "M", "-vga", "std", "-nic", "none"),
                ram,
                folder.resolve("run"),
                Role.LIVE)) {
      Path socket = guest.machine().vncSocket().orElseThrow();
      try (VncScreen screen = VncScreen.start(socket, watcher)) {
        guest.machine().resume();
        // the firmware finds nothing to boot and says so, in grey on black
        await().until(() -> lit(watcher.argb) > 500);
        guest.machine().pause();
        int[] expected = picture(guest.machine());
        assertThat(lit(expected)).isGreaterThan(500);
        await().untilAsserted(() -> assertThat(watcher.argb).isEqualTo(expected));
        guest.machine().quit();
        assertThat(watcher.end.get(20, TimeUnit.SECONDS))
            .isEqualTo("The guest's screen ended: QEMU closed the connection.");
        assertThat(socket).doesNotExist();
        screen.keyDown('a'); // ignored
      }
    }
  }

  @Test
  void aLineWithoutAScreenHasNoSocket() throws Exception {
    try (GuestRam ram = GuestRam.create((long) MEGABYTES << 20);
        RunningGuest guest =
            RunningGuest.start(
                List.of("qemu-system-x86_64", "-m", MEGABYTES + "M", "-display", "none"),
                ram,
                folder,
                Role.LIVE)) {
      assertThat(guest.machine().vncSocket()).isEmpty();
    }
  }
}

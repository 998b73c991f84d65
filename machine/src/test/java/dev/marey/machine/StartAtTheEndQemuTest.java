package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.MachineRequest.Role;
import dev.marey.machine.testing.RunningGuest;
import dev.marey.machine.testing.TestGuests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class StartAtTheEndQemuTest {

  private static final int MEGABYTES = 64;

  @TempDir Path folder;

  /** A program that starts a guest when it is ending already, when no hook can be added. */
  static final class Latecomer {

    private Latecomer() {}

    public static void main(String[] arguments) {
      Path folder = Path.of(arguments[0]);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> start(folder), "late start"));
    }

    private static void start(Path folder) {
      try (GuestRam ram = GuestRam.create((long) MEGABYTES << 20);
          RunningGuest guest =
              RunningGuest.start(
                  TestGuests.bareMetalCommandLine(MEGABYTES), ram, folder, Role.LIVE)) {
        System.out.println("started " + guest.machine().pid());
      } catch (MachineException e) {
        System.out.println(e.getMessage());
      }
      // one that was killed is a child until it has been reaped
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> ProcessHandle.current().children().findAny().isEmpty());
      System.out.println("no child");
    }
  }

  @Test
  void noQemuIsLeftBehindByAStartWhileTheProgramEnds() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Latecomer.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .replaceAll(
                "(?m)^.* (DEBUG|TRACE) .*\\R(^(\\tat |java\\.|Caused).*\\R|^\\t\\.\\.\\..*\\R)*",
                "");
    assertThat(process.waitFor()).isZero();
    assertThat(output).isEqualTo("No guest is started any more: Marey is ending.\nno child\n");
    assertThat(folder).isEmptyDirectory();
  }
}

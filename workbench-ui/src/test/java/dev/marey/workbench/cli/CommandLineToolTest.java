package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandLineToolTest {

  @TempDir Path folder;
  private Marey marey = new Marey(Path.of(""));

  @BeforeEach
  void useTheFolder() {
    marey = new Marey(folder);
  }

  @Test
  void helpNamesEveryCommand() {
    Marey.Result help = marey.run("--help").succeeded();
    assertThat(help.out())
        .contains(
            List.of(
                "doctor", "run", "open", "record", "log", "mark", "diff", "verify", "gc", "revert",
                "export", "import", "bundle", "tour"));
  }

  @Test
  void wrongUsageIsExitCodeTwoWithoutAStackTrace() {
    assertThat(marey.run("recrod"))
        .isEqualTo(
            new Marey.Result(
                2,
                "",
                """
                marey: There is no command 'recrod'.
                Did you mean: marey record or marey revert?
                See: marey --help
                """));
    assertThat(marey.run("log", "mine", "yours"))
        .isEqualTo(usage("'yours' is one argument too many.", "log"));
    assertThat(marey.run("revert", "mine"))
        .isEqualTo(usage("Missing required parameter: 'NODE'.", "revert"));
    assertThat(marey.run("record", "--demo", "--every", "5x", "mine"))
        .isEqualTo(
            usage(
                "Invalid value for option '--every': '5x' is no time; write it like 500ms, 1s or"
                    + " 2m.",
                "record"));
    assertThat(marey.run("log", "mine", "--", "qemu-system-x86_64"))
        .isEqualTo(usage("marey log takes no QEMU command line (what stands behind --).", "log"));
    assertThat(marey.run().exitCode()).isEqualTo(2);
  }

  @Test
  void aSessionThatIsNotThereOrIsNoneIsNamed() throws IOException {
    Files.createDirectory(folder.resolve("other"));
    Files.createFile(folder.resolve("file"));
    assertThat(marey.run("log", "nope"))
        .isEqualTo(
            failure(
                "Could not open the session "
                    + folder.resolve("nope")
                    + ": it does not exist. Check the path."));
    assertThat(marey.run("verify", "--json", "other"))
        .isEqualTo(
            failure(
                "Could not open the session "
                    + folder.resolve("other")
                    + ": this folder is not a session of Marey (it has no file 'session'). Check"
                    + " the path."));
    assertThat(marey.run("diff", "file", "S1", "S2"))
        .isEqualTo(
            failure(
                "Could not open the session "
                    + folder.resolve("file")
                    + ": it is not a folder. Check the path."));
  }

  @Test
  void whatIsMissingForARunIsNamed() {
    assertThat(marey.run("record", "mine"))
        .isEqualTo(
            wrong(
                "No guest was given. Add --demo for the demo guest, or your own behind two dashes:"
                    + " -- qemu-system-x86_64 -m 512M …"));
    assertThat(marey.run("record", "--demo", "mine", "--", "qemu-system-x86_64"))
        .isEqualTo(
            wrong(
                "Two guests were given: --demo, and a QEMU command line behind --. Leave one of"
                    + " them out."));
    assertThat(marey.run("record", "--demo", "--count", "0", "mine"))
        .isEqualTo(failure("--count 0 cannot be done. Give a number from 1 to 100000."));
    assertThat(marey.run("import", "stream"))
        .isEqualTo(
            wrong(
                "The command line of the QEMU that wrote the stream is missing. Add it behind two"
                    + " dashes: -- qemu-system-x86_64 -m 512M …"));
    assertThat(marey.run("run", "--demo"))
        .isEqualTo(
            failure(
                "The window cannot be opened: there is no display (DISPLAY is not set). Add"
                    + " --headless to go without it."));
  }

  @Test
  void aSessionIsFoundByItsNameInTheSessionsFolder() throws IOException {
    SessionPaths paths = new SessionPaths(folder, folder.resolve("sessions"));
    Files.createDirectories(folder.resolve("sessions/demo-1"));
    assertThat(paths.existing("demo-1")).isEqualTo(folder.resolve("sessions/demo-1"));
    assertThat(paths.existing("./demo-1")).isEqualTo(folder.resolve("demo-1"));
    assertThat(paths.made("demo-1")).isEqualTo(folder.resolve("demo-1"));
    assertThat(paths.fresh("demo", LocalDateTime.of(2026, 11, 23, 17, 12)).getFileName())
        .hasToString("demo-2026-11-23-1712");
  }

  private static Marey.Result failure(String message) {
    return new Marey.Result(1, "", "marey: " + message + "\n");
  }

  private static Marey.Result wrong(String message) {
    return new Marey.Result(2, "", "marey: " + message + "\n");
  }

  private static Marey.Result usage(String message, String command) {
    return new Marey.Result(2, "", "marey: " + message + "\nSee: marey " + command + " --help\n");
  }
}

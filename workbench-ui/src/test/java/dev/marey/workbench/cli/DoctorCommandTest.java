package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.snapshot.testing.ChildJvm;
import dev.marey.workbench.Launcher;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command on this machine, which has all that is needed, and with QEMU out of sight. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class DoctorCommandTest {

  private static final List<String> CHECKS =
      List.of("kernel", "userfaultfd", "qemu", "gdb", "disk", "display", "guests");

  @TempDir Path folder;

  @Test
  void eachCheckIsALineOfTheTable() throws Exception {
    Marey.Result result = new Marey(folder).run("doctor").succeeded();
    List<String> rows = result.out().lines().filter(line -> !line.startsWith("   ")).toList();
    assertThat(rows.subList(0, rows.size() - 1))
        .extracting(row -> row.split(" +", -1)[1])
        .isEqualTo(CHECKS);
    assertThat(rows.get(0)).matches("ok +kernel +Linux " + said("uname", "-r") + " *");
    assertThat(rows.get(2)).contains(said("qemu-system-x86_64", "--version").split("[ (]+", -1)[3]);
    assertThat(rows.get(rows.size() - 1)).isEqualTo("Live snapshots can be taken here.");
  }

  @Test
  void forProgramsEachCheckIsAnObject() {
    List<JsonNode> checks = new Marey(folder).run("doctor", "--json").succeeded().json();
    assertThat(checks).extracting(check -> check.get("check").asText()).isEqualTo(CHECKS);
    assertThat(checks)
        .filteredOn(check -> check.get("required").asBoolean())
        .extracting(check -> check.get("check").asText())
        .containsExactly("kernel", "userfaultfd", "qemu", "disk");
    assertThat(checks)
        .filteredOn(check -> check.get("required").asBoolean())
        .allMatch(check -> check.get("ok").asBoolean() && check.get("remedy").asText().isEmpty());
  }

  /** Sabotage that fails it: success whatever is missing. */
  @Test
  void withoutQemuTheCommandFailsAndSaysWhatIsNeeded() throws Exception {
    ProcessBuilder doctor = new ProcessBuilder(ChildJvm.command(Launcher.class, "doctor"));
    doctor.environment().put("PATH", folder.toString());
    Process process = doctor.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isEqualTo(1);
    assertThat(out)
        .containsPattern("(?m)^MISSING +qemu ")
        .contains("\n         Needed: QEMU 7.2 or newer for x86-64.\n")
        .containsPattern("(?m)^absent +gdb +there is no gdb on the PATH$")
        .endsWith("Live snapshots cannot be taken here until what is MISSING is mended.\n");
  }

  private static String said(String... command) throws Exception {
    Process process = new ProcessBuilder(command).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .findFirst()
        .orElseThrow()
        .strip();
  }
}

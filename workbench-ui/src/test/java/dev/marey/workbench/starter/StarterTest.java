package dev.marey.workbench.starter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Words of the starter script; its functions run in bash, the commands they ask are replaced. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class StarterTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path home;

  /** What a script said on both its outputs, and its exit code. */
  private record Said(String text, int code) {}

  @Test
  void helpNamesTheCommands() throws Exception {
    Said said = bash("help");

    assertThat(said.code()).isZero();
    assertThat(said.text())
        .contains("./marey [--yes]", "./marey test [--long]", "./marey guests", "./marey COMMAND");
  }

  @Test
  void anUnknownArgumentOfTestIsNamedBeforeAnythingIsDone() throws Exception {
    assertThat(run(List.of(ROOT.resolve("marey").toString(), "test", "--fast")))
        .isEqualTo(new Said("marey: unknown argument '--fast'; ./marey test [--long]\n", 1));
  }

  @Test
  void anotherProcessorIsRefused() throws Exception {
    assertThat(
            bash(
                "uname() { case $1 in -s) echo Linux ;; *) echo aarch64 ;; esac; }; check_processor_and_kernel"))
        .isEqualTo(new Said("marey: this is Linux on aarch64; Marey needs Linux on x86-64\n", 1));
  }

  @Test
  void anOldKernelIsRefused() throws Exception {
    assertThat(
            bash(
                "uname() { case $1 in -s) echo Linux ;; -m) echo x86_64 ;; *) echo 5.10.0-28 ;; esac; };"
                    + " check_processor_and_kernel"))
        .isEqualTo(
            new Said(
                "marey: this kernel is 5.10.0-28; write-protecting a guest's memory needs Linux 5.19"
                    + " or newer (Debian 12 has 6.1)\n",
                1));
  }

  @Test
  void aFullDiskIsNamedWithWhatIsNeeded() throws Exception {
    assertThat(bash("df() { printf 'head\\n/dev/x 9 8 7 1%% /\\n'; }; check_disk 3000 /"))
        .isEqualTo(
            new Said(
                "marey: / has 7 MB free, 3000 MB are needed; free some, or set XDG_CACHE_HOME to a"
                    + " bigger disk\n",
                1));
  }

  @Test
  void aMissingDisplayIsToldFromOneThatDoesNotAnswer() throws Exception {
    String show = "find_display; echo \"$display|$no_display\"";
    assertThat(bash("unset DISPLAY WAYLAND_DISPLAY; " + show).text())
        .isEqualTo("|no display (DISPLAY is not set)\n");
    assertThat(bash("unset DISPLAY; WAYLAND_DISPLAY=wayland-0; " + show).text())
        .isEqualTo("|no X display (DISPLAY is not set; under Wayland, Xwayland gives one)\n");
    assertThat(bash("DISPLAY=:98765; " + show).text())
        .isEqualTo("|no display (DISPLAY is :98765, but no X server answers there)\n");
    assertThat(bash("DISPLAY=elsewhere:0; " + show).text()).isEqualTo("elsewhere:0|\n");
  }

  @Test
  void anOrdinaryUserWithoutATerminalIsToldAboutYes() throws Exception {
    String id = "id() { echo 1000; }; ";
    assertThat(bash(id + "consent 'Install?'"))
        .isEqualTo(
            new Said(
                "marey: there is no terminal to ask on: ./marey --yes goes ahead with the above\n",
                1));
    assertThat(bash(id + "yes=1; consent 'Install?' && echo going").text()).isEqualTo("going\n");
    assertThat(bash("id() { echo 0; }; consent 'Install?'"))
        .isEqualTo(new Said("Nobody to ask here, and this is root: going ahead.\n", 0));
  }

  @Test
  void withoutSudoTheLineForRootIsShown() throws Exception {
    String said =
        bash("id() { echo 1000; }; sudo() { return 1; }; "
                + "grant_userfaultfd=ada; missing_packages=(maven gdb); install_as_root")
            .text();
    assertThat(said)
        .contains(
            "Run this line, then ./marey again:",
            "su -c '" + ROOT + "/workbench-ui/src/launcher/as-root --userfaultfd ada maven gdb'");
  }

  @Test
  void aPermissionNoDeviceCanGiveIsExplained() throws Exception {
    Said said =
        bash(
            "needed_packages() { :; }; built() { :; }; userfaultfd_permitted() { false; }; "
                + "id() { echo ada; }; device=/none/userfaultfd; find_missing start");
    assertThat(said)
        .isEqualTo(
            new Said(
                "marey: userfaultfd is not permitted to ada, and this kernel has no"
                    + " /none/userfaultfd to permit; as root: sysctl vm.unprivileged_userfaultfd=1\n",
                1));
  }

  private Said bash(String script) throws Exception {
    String launcher = ROOT.resolve("workbench-ui/src/launcher").toString();
    String sources =
        "set -euo pipefail; root="
            + ROOT
            + " launcher="
            + launcher
            + " cache=$HOME/.cache/marey build=$HOME/build yes=; "
            + "for file in talk packages machine build setup; do . \"$launcher/$file.sh\"; done; ";
    return run(List.of("bash", "-c", sources + script));
  }

  private Said run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HOME", home.toString());
    builder.environment().remove("XDG_CACHE_HOME");
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(text, process.waitFor());
  }
}

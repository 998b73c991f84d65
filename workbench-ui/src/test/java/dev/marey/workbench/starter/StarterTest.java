package dev.marey.workbench.starter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.uffd.UffdSupport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Words of the starter script; its functions run in bash, the commands they ask are replaced. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class StarterTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final String SOURCES =
      "set -euo pipefail; root="
          + ROOT
          + " launcher=$root/workbench-ui/src/launcher"
          + " cache=$HOME/.cache/marey build=$HOME/build yes=; "
          + "for file in talk packages machine build setup; do . \"$launcher/$file.sh\"; done; ";

  @TempDir Path home;

  /** What a script said on both its outputs, and its exit code. */
  private record Said(String text, int code) {}

  @Test
  void helpNamesTheCommands() throws Exception {
    Said said = bash("help");

    assertThat(said.code()).isZero();
    assertThat(said.text())
        .contains("  ./marey   ", "./marey test [--long]", "./marey guests", "./marey COMMAND");
  }

  @Test
  void anUnknownArgumentOfTestIsNamedBeforeAnythingIsDone() throws Exception {
    assertThat(run(List.of(ROOT.resolve("marey").toString(), "test", "--fast")))
        .isEqualTo(
            new Said("marey: unknown argument '--fast'; ./marey test [--long] [--yes]\n", 1));
  }

  @Test
  void anotherProcessorIsInTheWay() throws Exception {
    assertThat(
            blockers(
                "uname() { case $1 in -s) echo Linux ;; *) echo aarch64 ;; esac; }; check_processor_and_kernel"))
        .isEqualTo("this is Linux on aarch64; Marey needs Linux on x86-64\n");
  }

  @Test
  void anOldKernelIsInTheWay() throws Exception {
    assertThat(blockers(kernel("5.10.0-28")))
        .isEqualTo(
            "this kernel is 5.10.0-28; write-protecting a guest's memory needs Linux 5.19 or newer"
                + " (Debian 12 has 6.1)\n");
    assertThat(blockers(kernel("5.18.19"))).contains("this kernel is 5.18.19;");
    assertThat(blockers(kernel("4.19.0"))).contains("this kernel is 4.19.0;");
    assertThat(blockers(kernel("5.19.0-rc1"))).isEmpty();
    assertThat(blockers(kernel("6.1.0-30-amd64"))).isEmpty();
  }

  private static String kernel(String release) {
    return "uname() { case $1 in -s) echo Linux ;; -m) echo x86_64 ;; *) echo "
        + release
        + " ;; esac; }; check_processor_and_kernel";
  }

  @Test
  void aFullDiskIsNamedOnceWithWhatIsNeeded() throws Exception {
    assertThat(
            blockers(
                "df() { printf 'head\\n/dev/x 9 8 7 1%% /\\n'; }; check_disk 3000 / /none/yet"))
        .isEqualTo(
            "/ has 7 MB free, 3000 MB are needed; free some, or set XDG_CACHE_HOME to a bigger"
                + " disk\n");
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

  /** What is asked early is what the program asks later: both ask the kernel. */
  @Test
  void userfaultfdIsPermittedWhereTheProgramFindsIt() throws Exception {
    assertThat(bash("ask_userfaultfd; echo $userfaultfd").text())
        .isEqualTo((UffdSupport.unavailabilityCause().isEmpty() ? "permitted" : "refused") + "\n");
  }

  /**
   * As root without the capability, as root in a container is; an ordinary user has none anyway.
   */
  @Test
  void whoHasNeitherCapabilityNorDeviceIsRefusedByTheKernelItself() throws Exception {
    String ask =
        "device=/none/userfaultfd; ask_userfaultfd; echo $userfaultfd $device_errno, $refusals";
    String everybody = Files.readString(Path.of("/proc/sys/vm/unprivileged_userfaultfd")).strip();
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(
          List.of("setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace", "--"));
    }
    command.addAll(List.of("bash", "-c", SOURCES + ask));

    assertThat(run(command).text())
        .isEqualTo(
            everybody.equals("1")
                ? "permitted ,\n"
                : "refused 2, the system call says Operation not permitted, /none/userfaultfd says No"
                    + " such file or directory\n");
  }

  @Test
  void rootInAContainerIsToldHowItIsStartedWithUserfaultfd() throws Exception {
    assertThat(
            blockers(
                "id() { case $1 in -u) echo 0 ;; *) echo root ;; esac; };"
                    + refused(2)
                    + "check_userfaultfd"))
        .isEqualTo(
            "userfaultfd is not permitted to root here: the system call says no; a container is let"
                + " in from outside: docker run --device /dev/userfaultfd (host with Linux 6.1 or"
                + " newer), or docker run --security-opt seccomp=unconfined --cap-add SYS_PTRACE and"
                + " root inside\n");
  }

  @Test
  void aPermissionNoDeviceCanGiveIsExplained() throws Exception {
    String ada = "id() { case $1 in -u) echo 1000 ;; *) echo ada ;; esac; }; ";
    assertThat(blockers(ada + "confined() { false; };" + refused(2) + "check_userfaultfd"))
        .isEqualTo(
            "userfaultfd is not permitted to ada: the system call says no; as root: sysctl"
                + " vm.unprivileged_userfaultfd=1\n");
    assertThat(blockers(ada + "confined() { true; };" + refused(1) + "check_userfaultfd"))
        .startsWith(
            "userfaultfd is not permitted to ada here: the system call says no; a container is let in"
                + " from outside: docker run --device");
    assertThat(blockers("ask_userfaultfd() { userfaultfd=old; }; check_userfaultfd"))
        .isEqualTo(
            "this kernel's userfaultfd cannot write-protect shared memory; Linux 5.19 or newer can if"
                + " it is built so (Debian's is)\n");
  }

  private static String refused(int deviceErrno) {
    return "ask_userfaultfd() { userfaultfd=refused device_errno="
        + deviceErrno
        + " refusals='the system call says no'; };";
  }

  /** The library cache of a machine with many libraries: more than a pipe holds. */
  @Test
  void aLibraryIsFoundAmongMany() throws Exception {
    String many =
        "ldconfig() { echo '\tlibgtk-3.so.0 (libc6,x86-64)';"
            + " for i in {1..9000}; do echo \"\tlibmany.so.$i (libc6,x86-64)\" || exit 1; done; }; ";
    assertThat(bash(many + "have_library libgtk-3.so.0").code()).isZero();
    assertThat(bash(many + "have_library libgtk-3.so").code()).isEqualTo(1);
    assertThat(bash("ldconfig() { return 127; }; have_library libgtk-3.so.0").code()).isEqualTo(1);
  }

  @Test
  void whatACommandNeedsIsToldByItsWords() throws Exception {
    assertThat(
            bash("for line in doctor 'log S' tour 'bench --quick' 'run --demo' '--json record --every 1s --demo S'"
                    + " 'run -- qemu-system-x86_64 --demo' 'record --demo --help' 'open S'; do"
                    + " kind_of_command $line; done")
                .text())
        .isEqualTo("command\ncommand\ndemo\ndemo\ndemo\ndemo\nguest\ncommand\nguest\n");
  }

  @Test
  void yesMayStandAnywhereAmongTheStartersOwnWords() throws Exception {
    String show = "echo \"${yes:-no}: ${words[*]}\"";
    assertThat(bash("take_yes; " + show).text()).isEqualTo("no: \n");
    assertThat(bash("take_yes test --yes --long; " + show).text()).isEqualTo("1: test --long\n");
    assertThat(bash("take_yes -y tour; " + show).text()).isEqualTo("1: tour\n");
    assertThat(bash("take_yes record --type --yes --demo S; " + show).text())
        .isEqualTo("no: record --type --yes --demo S\n");
    assertThat(bash("take_yes run -- qemu --yes; " + show).text())
        .isEqualTo("no: run -- qemu --yes\n");
  }

  /** What the script finds to be in the way, a line each. */
  private String blockers(String script) throws Exception {
    return bash(script + "; printf '%s\n' \"${blockers[@]}\" | sed '/^$/d'").text();
  }

  private Said bash(String script) throws Exception {
    return run(List.of("bash", "-c", SOURCES + script));
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

package dev.marey.workbench.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.marey.workbench.starter.StarterClone.Said;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a fresh machine to a running Marey: what ./marey says, asks, does, and does not do again.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class FirstStartTest {

  private static final String WHAT_WAS_INSTALLED =
      "openjdk-17-jdk-headless maven gcc qemu-system-x86 gdb";

  @TempDir Path folder;
  private StarterClone clone;

  @BeforeEach
  void clone(@TempDir Path other) throws Exception {
    clone = new StarterClone(other);
  }

  @Test
  void rootWithoutATerminalGoesFromAFreshMachineToTheTour() throws Exception {
    Said said = clone.run();

    assertThat(said)
        .isEqualTo(
            new Said(
                """
                [1/5] This machine
                      x86_64, Linux RELEASE; 9000 MB free; no display (DISPLAY is not set)
                      missing:
                        23 MB  openjdk-17-jdk-headless with what it needs: Java compiler and runtime
                         5 MB  maven with what it needs: builds Marey
                         3 MB  gcc with what it needs: compiles its native parts and the demo guest's programs
                        15 MB  qemu-system-x86 with what it needs: runs the guests
                         3 MB  gdb with what it needs: debugs them
                       120 MB  Java libraries and Maven plugins, into ~/.m2
                        27 MB  demo guest's kernel, into HOME/.cache/marey
                       196 MB  to download in all
                Nobody to ask here, and this is root: going ahead.
                [2/5] Debian packages and permissions
                Fetched all
                [3/5] Build
                      [1/1] workbench-ui 0.1.0
                [4/5] Guests
                  guests: there
                [5/5] Workbench
                There is no display (DISPLAY is not set), so no window opens. Instead, the one-minute tour of the demo guest, here:

                """
                    .replace("RELEASE", System.getProperty("os.version"))
                    .replace("HOME", clone.home.toString()),
                0));
    assertThat(clone.calls())
        .satisfiesExactly(
            call -> assertThat(call).isEqualTo("dpkg --configure -a"),
            call -> assertThat(call).isEqualTo("apt-get -qq update"),
            call ->
                assertThat(call)
                    .isEqualTo(
                        "apt-get -q -y --no-install-recommends install " + WHAT_WAS_INSTALLED),
            call -> assertThat(call).isEqualTo("mvn -B -ntp -DskipTests package"),
            call ->
                assertThat(call)
                    .contains(" -XX:ArchiveClassesAtExit=")
                    .contains(" dev.marey.workbench.TrainingRun "),
            call -> assertThat(call).isEqualTo("prepare"),
            call ->
                assertThat(call)
                    .startsWith("java @" + clone.root)
                    .endsWith("dev.marey.workbench.Launcher tour"));
  }

  @Test
  void secondStartAsksNobodyInstallsNothingBuildsNothing() throws Exception {
    clone.run();
    clone.forgetCalls();

    Said said = clone.run();

    assertThat(said)
        .isEqualTo(
            new Said(
                "There is no display (DISPLAY is not set), so no window opens. Instead, the"
                    + " one-minute tour of the demo guest, here:\n\n",
                0));
    assertThat(clone.calls())
        .satisfiesExactly(
            call -> assertThat(call).isEqualTo("prepare --quiet"),
            call -> assertThat(call).endsWith("dev.marey.workbench.Launcher tour"));
  }

  /** Sabotage that fails it: an archive under another name. */
  @Test
  void whatJavaHasArchivedOnceIsGivenToItAtEveryStart() throws Exception {
    clone.onShelf(
        "openjdk-17-jdk-headless",
        "java",
        """
        for option; do
            case $option in -XX:ArchiveClassesAtExit=*) echo archive >"${option#*=}" ;; esac
        done
        """);
    Path archive = clone.root.resolve("workbench-ui/target/marey/classes.jsa");

    clone.run();
    assertThat(clone.calls())
        .last(STRING)
        .contains("-XX:SharedArchiveFile=" + archive)
        .endsWith("dev.marey.workbench.Launcher tour");

    Files.delete(archive);
    clone.run();
    assertThat(clone.calls()).last(STRING).doesNotContain("SharedArchiveFile");
  }

  @Test
  void changedSourcesAreBuiltAnew() throws Exception {
    clone.run();
    clone.forgetCalls();
    Files.writeString(clone.root.resolve("workbench-ui/src/main/New.java"), "class New {}");

    assertThat(clone.run().code()).isZero();

    assertThat(clone.calls()).contains("mvn -B -ntp -DskipTests package");
  }

  @Test
  void answerNoChangesNothing() throws Exception {
    clone.user(1000);
    Process process = clone.startAtTerminal("");
    try (OutputStream keys = process.getOutputStream()) {
      keys.write("n\n".getBytes(StandardCharsets.US_ASCII));
      keys.flush();
      Said said = StarterClone.end(process);

      assertThat(said.code()).isEqualTo(1);
      assertThat(said.text())
          .contains("      Install and download this? [Y/n] ")
          .endsWith("marey: nothing was changed\n");
    }
    assertThat(clone.calls()).isEmpty();
    assertThat(clone.home.resolve(".cache")).doesNotExist();
  }

  @Test
  void enterIsYesAndSudoInstallsThePackagesAndTheRule() throws Exception {
    clone.user(1000);
    clone.installSudo();
    clone.refuseUserfaultfd();
    Process process = clone.startAtTerminal("");
    try (OutputStream keys = process.getOutputStream()) {
      keys.write('\n');
      keys.flush();
      Said said = StarterClone.end(process);
      assertThat(said.text())
          .contains(
              "permission for userfaultfd: a udev rule that gives /dev/userfaultfd to the group ")
          .contains("[4/5] Guests\n");
      assertThat(said.code()).isZero();
    }
    String group = group();
    assertThat(clone.machine.resolve("etc/udev/rules.d/60-marey-userfaultfd.rules"))
        .hasContent("KERNEL==\"userfaultfd\", MODE=\"0660\", GROUP=\"" + group + "\"");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(clone.machine.resolve("dev/userfaultfd"))))
        .isEqualTo("rw-rw----");
    assertThat(clone.calls())
        .contains(
            "sudo "
                + clone.root
                + "/workbench-ui/src/launcher/as-root --userfaultfd "
                + group
                + " "
                + WHAT_WAS_INSTALLED,
            "apt-get -q -y --no-install-recommends install " + WHAT_WAS_INSTALLED);
  }

  @Test
  void lineForSuIsShownWhereThereIsNoSudoAndWorksInAFolderWithSpaces() throws Exception {
    clone.user(1000);

    Said said = clone.run("--yes");

    assertThat(said.code()).isEqualTo(1);
    String line =
        said.text()
            .lines()
            .filter(text -> text.startsWith("    su -c "))
            .findFirst()
            .orElseThrow()
            .replace("    su -c ", "bash -c ");
    assertThat(said.text())
        .endsWith(
            "This needs root, and sudo does not give it here. Run this line, then the same again:\n\n"
                + line.replace("bash -c ", "    su -c ")
                + "\n\n");
    assertThat(clone.calls()).isEmpty();

    assertThat(clone.shell(line).code()).isZero();

    assertThat(clone.calls())
        .containsExactly(
            "dpkg --configure -a",
            "apt-get -qq update",
            "apt-get -q -y --no-install-recommends install " + WHAT_WAS_INSTALLED);
  }

  @Test
  void afterCtrlCTheNextRunGoesOnWhereThisOneStopped() throws Exception {
    Path waiting = folder.resolve("waiting");
    clone.onShelf(
        "maven",
        "mvn",
        "if [ ! -e '"
            + waiting
            + "' ]; then touch '"
            + waiting
            + "'; tail -f /dev/null; fi\n"
            + StarterClone.MAVEN);
    Process process = clone.startAtTerminal("--yes");
    try (OutputStream keys = process.getOutputStream()) {
      Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> Files.exists(waiting));
      keys.write(3);
      keys.flush();
      Said said = StarterClone.end(process);
      assertThat(said.code()).isNotZero();
      assertThat(said.text()).contains("[3/5] Build\n").doesNotContain("[4/5]");
    }
    clone.forgetCalls();

    Said said = clone.run();

    assertThat(said.text())
        .contains(
            """
            [2/5] Debian packages and permissions
                  nothing to install
            [3/5] Build
                  [1/1] workbench-ui 0.1.0
            [4/5] Guests
            """)
        .doesNotContain("with what it needs");
    assertThat(said.code()).isZero();
    assertThat(clone.calls())
        .satisfiesExactly(
            call -> assertThat(call).isEqualTo("mvn -B -ntp -DskipTests package"),
            call -> assertThat(call).contains(" dev.marey.workbench.TrainingRun "),
            call -> assertThat(call).isEqualTo("prepare"),
            call -> assertThat(call).endsWith("dev.marey.workbench.Launcher tour"));
  }

  @Test
  void buildThatFailsIsQuotedAndNotTakenForDone() throws Exception {
    clone.installEverything();
    clone.program("mvn", "echo '[ERROR] no such symbol'; exit 1");

    Said said = clone.run();

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.text())
        .endsWith(
            "[ERROR] no such symbol\nmarey: the build failed; all it said is in "
                + clone.root
                + "/workbench-ui/target/marey/build.log\n");
    assertThat(clone.run().text()).contains("[3/5] Build\n[ERROR] no such symbol\n");
  }

  @Test
  void allThatIsInTheWayIsToldTogetherWithAllThatIsMissing() throws Exception {
    clone.program(
        "uname", "case $1 in -s) echo Linux ;; -m) echo x86_64 ;; *) echo 5.10.0-28 ;; esac");
    clone.program("df", "printf 'Filesystem\\n/dev/disk 20000 11000 7 55%% /\\n'");
    clone.program("perl", "echo refused 2 the system call says no, the device says nothing");
    clone.program(
        "apt-get",
        """
        case " $* " in
        *" maven"*) echo 'E: Unable to locate package maven' >&2; exit 100 ;;
        *) echo "'http://mirror/x' x.deb 1000000 MD5Sum:0" ;;
        esac
        """);

    Said said = clone.run("--yes");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.text())
        .contains(
            "openjdk-17-jdk-headless with what it needs",
            "maven with what it needs",
            "gdb with what it needs",
            "Java libraries and Maven plugins",
            "demo guest's kernel")
        .contains("      in the way:\n        - this kernel is 5.10.0-28; ")
        .contains("        - apt cannot install maven: Unable to locate package maven; ")
        .contains("        - userfaultfd is not permitted to ")
        .contains("        - " + clone.root + " has 7 MB free, 3000 MB are needed; ")
        .endsWith("marey: mend what is in the way, then run this again; nothing was changed\n");
    assertThat(said.text().split(" MB are needed;", -1)).as("one disk, one line").hasSize(2);
    assertThat(clone.calls()).isEmpty();
  }

  @Test
  void machineWithoutAptIsToldWhatItLacksAllTheSame() throws Exception {
    clone.without("apt-get");
    clone.without("apt-cache");

    Said said = clone.run("--yes");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.text())
        .contains("               maven with what it needs: builds Marey\n")
        .contains(
            "        - apt-get is not here; ./marey sets up Debian 12 machines; docs/dependencies.md"
                + " lists what is needed\n");
  }

  @Test
  void packageListsThatCannotBeReadAreInTheWay() throws Exception {
    clone.program("apt-cache", "");
    clone.program("apt-get", "exit 100");

    Said said = clone.run("--yes");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.text())
        .contains("      reading Debian's package lists\n")
        .contains(
            "        - Debian's package lists could not be downloaded (apt-get update); is there a"
                + " network?\n");
  }

  private String group() throws Exception {
    return clone.shell("id -gn").text().strip();
  }
}

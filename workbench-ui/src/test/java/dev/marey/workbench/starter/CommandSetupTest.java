package dev.marey.workbench.starter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.workbench.starter.StarterClone.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What ./marey sets up before a single command, and before the tests. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class CommandSetupTest {

  private static final String REPORT =
      """
      mkdir -p machine/target/surefire-reports uffd-jni/target/surefire-reports
      echo '<testsuite name="a" time="1.5" tests="7" errors="0" skipped="SKIPPED" failures="0">' >machine/target/surefire-reports/TEST-a.xml
      printf '<testsuite name="b"\\n  tests="5" errors="0" skipped="0" failures="FAILED">\\n' >uffd-jni/target/surefire-reports/TEST-b.xml
      """;

  private StarterClone clone;

  @BeforeEach
  void clone(@TempDir Path folder) throws Exception {
    clone = new StarterClone(folder);
    clone.installEverything();
  }

  @Test
  void commandThatBootsNoGuestNeitherPreparesNorDownloadsAny() throws Exception {
    assertThat(clone.run("doctor").text())
        .contains("[3/3] Build\n")
        .doesNotContain("demo guest's kernel");
    clone.forgetCalls();

    assertThat(clone.run("doctor")).isEqualTo(new Said("", 0));
    assertThat(clone.run("log", "S")).isEqualTo(new Said("", 0));

    assertThat(clone.calls())
        .satisfiesExactly(
            call -> assertThat(call).endsWith("dev.marey.workbench.Launcher doctor"),
            call -> assertThat(call).endsWith("dev.marey.workbench.Launcher log S"));
  }

  @Test
  void commandThatBootsTheDemoGuestTellsWhatItDownloadsAndAsks() throws Exception {
    clone.run("doctor");
    clone.forgetCalls();
    clone.user(1000);

    Said said = clone.run("record", "--demo", "S");

    assertThat(said.text())
        .contains("        27 MB  demo guest's kernel, into " + clone.home + "/.cache/marey\n")
        .endsWith(
            "marey: there is no terminal to ask on: ./marey --yes goes ahead with the above\n");
    assertThat(said.code()).isEqualTo(1);
    assertThat(clone.calls()).isEmpty();

    assertThat(clone.run("record", "--demo", "S", "--yes").code()).isZero();
    assertThat(clone.calls())
        .satisfiesExactly(
            call -> assertThat(call).isEqualTo("prepare"),
            call ->
                assertThat(call)
                    .contains(" -Dmarey.command=" + clone.root + "/marey ")
                    .endsWith("dev.marey.workbench.Launcher record --demo S"));
  }

  @Test
  void commandThatBootsNothingIsBuiltWhereUserfaultfdIsRefused() throws Exception {
    clone.program("perl", "echo refused 2 the system call says no, the device says nothing");

    assertThat(clone.run("run", "--headless", "--", "qemu-system-x86_64").text())
        .contains("in the way:\n        - userfaultfd is not permitted to ");
    assertThat(clone.run("doctor").code()).isZero();
  }

  @Test
  void testRunsTheWholeSuiteAndAddsUpItsReports() throws Exception {
    suite(0, 0, 0);
    Files.createDirectories(clone.root.resolve("machine/target/surefire-reports"));
    Files.writeString(
        clone.root.resolve("machine/target/surefire-reports/TEST-old.xml"),
        "<testsuite tests=\"1000\" errors=\"0\" skipped=\"0\" failures=\"0\">");

    Said said = clone.run("test");

    assertThat(said.text())
        .contains("[4/4] Tests\n")
        .containsPattern(
            "\nTests run: 12, failures: 0, errors: 0, skipped: 0; 0 min [0-9]+ s; passed\n$");
    assertThat(said.code()).isZero();
    assertThat(clone.calls())
        .containsExactly("prepare --tests", "mvn -B -ntp -Dmaven.test.failure.ignore=true verify");
  }

  @Test
  void longTestsAreTakenInByAnEmptyListOfTagsThatAreLeftOut() throws Exception {
    suite(0, 0, 0);
    clone.user(1000);

    assertThat(clone.run("test", "--long", "--yes").code()).isZero();

    assertThat(clone.calls())
        .containsExactly(
            "prepare --tests",
            "mvn -B -ntp -Dmaven.test.failure.ignore=true -Dtest.excluded.tags= verify");
  }

  @Test
  void aSkippedTestFailsTheSuite() throws Exception {
    suite(1, 0, 0);

    Said said = clone.run("test");

    assertThat(said.text()).contains("skipped: 1; ").endsWith("; FAILED\n");
    assertThat(said.code()).isEqualTo(1);
  }

  @Test
  void aFailureIsTheSuitesExitCode() throws Exception {
    suite(0, 2, 3);

    Said said = clone.run("test");

    assertThat(said.text()).contains("failures: 2, errors: 0, skipped: 0; ").endsWith("; FAILED\n");
    assertThat(said.code()).isEqualTo(3);
  }

  @Test
  void aTestProcessThatDiesFailsTheSuiteThoughItsReportIsMissing() throws Exception {
    clone.program(
        "mvn",
        StarterClone.MAVEN
            + REPORT.replace("SKIPPED", "0").replace("FAILED", "0")
            + "echo '[ERROR] The forked VM terminated without properly saying goodbye.'");

    Said said = clone.run("test");

    assertThat(said.text()).endsWith("; FAILED\n");
    assertThat(said.code()).isEqualTo(1);
  }

  @Test
  void testsNeedAnXServerAndTheSecondQemuToo() throws Exception {
    clone.without("Xvfb");
    clone.without("qemu-img");

    assertThat(clone.run("test", "--yes").text())
        .contains(
            "qemu-utils with what it needs: a second opinion on the images Marey writes, for tests",
            "xvfb with what it needs: an X server without a screen, for the window's tests",
            "what checks and tests them, into ~/.m2");
  }

  private void suite(int skipped, int failed, int exitCode) throws Exception {
    clone.program(
        "mvn",
        StarterClone.MAVEN
            + REPORT.replace("SKIPPED", "" + skipped).replace("FAILED", "" + failed)
            + "exit "
            + exitCode);
  }
}

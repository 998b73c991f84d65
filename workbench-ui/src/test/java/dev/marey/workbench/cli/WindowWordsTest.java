package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.Session;
import dev.marey.workbench.start.Beginning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a command line makes of the window on a machine with a display. */
final class WindowWordsTest {

  @TempDir Path folder;
  private final FakeDesktop desktop = new FakeDesktop(true);
  private Marey marey = new Marey(Path.of(""));
  private List<String> qemu = List.of();

  @BeforeEach
  void useTheFolder() {
    marey = new Marey(folder);
    qemu = TestGuests.bareMetalCommandLine(64);
  }

  private Beginning begins(String... arguments) {
    Marey.Result result = marey.run(desktop, arguments).succeeded();
    assertThat(result.out() + result.err()).isEmpty();
    assertThat(desktop.opened()).hasSize(1);
    return desktop.opened().remove(0);
  }

  /** The words with the QEMU line in the place of {@code QEMU}. */
  private String[] withQemu(String... words) {
    List<String> all = new ArrayList<>();
    for (String word : words) {
      all.addAll(word.equals("QEMU") ? qemu : List.of(word));
    }
    return all.toArray(String[]::new);
  }

  private void opensNothing(int exitCode, String message, String... arguments) {
    assertThat(marey.run(desktop, arguments))
        .as(Arrays.toString(arguments))
        .isEqualTo(new Marey.Result(exitCode, "", message));
    assertThat(desktop.opened()).isEmpty();
  }

  @Test
  void withoutWordsTheStartPageOpens() {
    assertThat(begins()).isEqualTo(new Beginning.StartPage());
  }

  @Test
  void aNewSessionIsMadeWhereTheCommandLineSaysInEveryOrder() throws Exception {
    Beginning mine =
        new Beginning.Boot(
            "guest",
            CommandLine.of(qemu, folder).accept(),
            Optional.of(folder.resolve("mine")),
            Optional.empty());
    assertThat(begins(withQemu("run", "mine", "--", "QEMU"))).isEqualTo(mine);
    assertThat(begins(withQemu("run", "--", "QEMU", "mine"))).isEqualTo(mine);
    assertThat(begins(withQemu("run", "--", "QEMU", "--", "mine"))).isEqualTo(mine);
    assertThat(begins(withQemu("run", "sub/../mine", "--", "QEMU"))).isEqualTo(mine);
  }

  @Test
  void theDemoCanBeGivenASession() {
    Beginning.Boot demo = (Beginning.Boot) begins("run", "--demo", "mine");
    assertThat(demo.kind()).isEqualTo("demo");
    assertThat(demo.folder()).contains(folder.resolve("mine"));
    assertThat(((Beginning.Boot) begins("run", "--demo")).folder()).isEmpty();
    assertThat(demo.budgetBytes()).isEmpty();
  }

  @Test
  void theBudgetIsTakenToTheWindow() {
    Beginning.Boot demo = (Beginning.Boot) begins("run", "--demo", "--budget", "1.5G");
    assertThat(demo.budgetBytes()).contains(1_500_000_000L);
    opensNothing(
        2,
        """
        marey: Invalid value for option '--budget': 'lots' is no size; write it like 500M or 5G.
        See: marey run --help
        """,
        "run",
        "--demo",
        "--budget",
        "lots");
  }

  @Test
  void aSessionIsOpenedByItsNameOrItsPath() throws Exception {
    Path named = folder.resolve("data/sessions/demo-1");
    Path other = folder.resolve("other");
    Files.createDirectories(named.getParent());
    for (Path path : List.of(named, other)) {
      Session.create(path, CommandLine.of(qemu).accept()).close();
    }
    assertThat(begins("open", "demo-1")).isEqualTo(new Beginning.Resume(named));
    assertThat(begins("open", "sub/../other")).isEqualTo(new Beginning.Resume(other));
    assertThat(begins("open", other.toString())).isEqualTo(new Beginning.Resume(other));
  }

  @Test
  void wrongWordsOpenNoWindow() {
    opensNothing(
        2,
        "marey: Unknown option: '--hedless'.\nPossible solutions: --headless, --help\nSee: marey run"
            + " --help\n",
        "run",
        "--hedless");
    opensNothing(
        2, "marey: Missing required parameter: 'SESSION'.\nSee: marey open --help\n", "open");
    opensNothing(
        2,
        "marey: No guest was given. Add --demo for the demo guest, or your own behind two dashes:"
            + " -- qemu-system-x86_64 -m 512M …\n",
        "run");
    opensNothing(
        1,
        "marey: Could not open the session "
            + folder.resolve("nope")
            + ": it does not exist. Check the path.\n",
        "open",
        "nope");
  }

  @Test
  void aCommandLineThatCannotBeUsedOpensNoWindow() {
    Marey.Result result = marey.run(desktop, withQemu("run", "--", "QEMU", "-enable-kvm"));
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("-enable-kvm: KVM writes guest RAM past what Marey watches.");
    assertThat(desktop.opened()).isEmpty();
  }
}

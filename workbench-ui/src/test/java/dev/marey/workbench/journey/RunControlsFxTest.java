package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javafx.scene.control.TextInputControl;
import javafx.scene.input.KeyCode;
import javafx.scene.text.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Run, pause and reset by button and key, QEMU's monitor, and what is told when QEMU is gone.
 * Whether the guest runs is what it prints and what QEMU itself says.
 *
 * <p>Sabotage that fails it: a pause that does nothing (QEMU says running), a reset that does
 * nothing (the guest is up once), options that are changed silently (there is no bar).
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class RunControlsFxTest extends WindowJourney {

  private static final Pattern UP = Pattern.compile("bare-metal up");

  @Override
  RealWindow begin() {
    return withBareMetal("-pidfile", home.resolve("pid").toString(), "-monitor", "stdio");
  }

  private void monitorSays(String line, String answer) {
    window.clickOn("#monitor-line");
    window.typeLine(line);
    String asked = "(qemu) " + line + "\n";
    window.awaitTrue(
        "an answer to " + line, () -> monitor().contains(asked) && !monitor().endsWith(asked));
    assertThat(List.of(RealWindow.onFx(this::monitor).split("\n")))
        .last()
        .asString()
        .startsWith(answer);
  }

  private String monitor() {
    return window.lookup("#monitor-output").queryAs(TextInputControl.class).getText();
  }

  @Test
  void theGuestStandsStillRunsOnAndStartsAnewAsItIsTold() {
    window.awaitSeen("#options-notice .label");
    window.shortcut(KeyCode.O);
    window.awaitSeen("#monitor-line");
    monitorSays("info status", "VM status: running");

    window.clickOn("#guest-pause");
    window.awaitTrue("paused", () -> !window.disabled("#guest-run"));
    monitorSays("info status", "VM status: paused");
    window.clickOn("#guest-run");
    window.awaitTrue("running", () -> !window.disabled("#guest-pause"));
    monitorSays("info status", "VM status: running");

    window.stroke(KeyCode.SHIFT, KeyCode.F8);
    window.awaitTrue("paused", () -> !window.disabled("#guest-run"));
    monitorSays("info status", "VM status: paused");
    window.stroke(KeyCode.F8);
    window.awaitTrue("running", () -> !window.disabled("#guest-pause"));
    monitorSays("info status", "VM status: running");

    window.stroke(KeyCode.CONTROL, KeyCode.SHIFT, KeyCode.P);
    window.awaitSeen("#palette-query");
    window.typeText("reset the guest");
    window.stroke(KeyCode.ENTER);
    window.shortcut(KeyCode.K);
    window.awaitConsole("up again", said -> UP.matcher(said.text()).results().count() == 2);
  }

  @Test
  void whatWasChangedAndThatQemuIsGoneStandsInProblems() {
    window.awaitSeen("#options-show");
    window.clickOn("#options-show");
    window.awaitSeen("#problems-table");
    window.awaitTrue("notices", () -> problems().stream().anyMatch(p -> p.contains("-monitor")));
    assertThat(RealWindow.onFx(this::problems)).anyMatch(problem -> problem.contains("-pidfile"));
    RealWindow.killGuest();
    window.awaitSeen("#ended-notice .label");
    window.awaitTrue(
        "QEMU's end", () -> problems().stream().anyMatch(p -> p.startsWith("QEMU has ended: ")));
  }

  private List<String> problems() {
    return window.lookup("#problems-table .text").queryAllAs(Text.class).stream()
        .map(Text::getText)
        .toList();
  }
}

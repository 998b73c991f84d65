package dev.marey.diff.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.diff.DeviceDiff;
import dev.marey.diff.FakeRam;
import dev.marey.diff.FieldChange;
import dev.marey.diff.FieldHistory;
import dev.marey.diff.RamDiff;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javafx.scene.input.Clipboard;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The changed fields of the devices. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
final class DeviceDiffFxTest extends NodeDiffWindow {

  @Test
  void theDeviceFilterNarrowsTheTreeAndSaysHowManyItHides() {
    DeviceDiff devices =
        new DeviceDiff(
            List.of(
                new FieldChange(
                    "cpu[0]",
                    "cpu",
                    FieldChange.Kind.GROUP,
                    "",
                    "",
                    false,
                    List.of(
                        change("cpu[0]/RAX", "RAX", "0x1", "0x2", false),
                        change("cpu[0]/tsc", "tsc", "0x5", "0x6", true)))));
    RamDiff none = FakeRam.diff(new FakeRam(PAGES).and(new FakeRam(PAGES)));
    interact(() -> view.show(diffOf(none, devices)));
    clickOn("Device diff (2)");
    assertThat(onFx(() -> view.devices().visibleText()))
        .isEqualTo(
            "cpu |  | 2 fields differ | \n  RAX | 0x1 | 0x2 | \n  tsc | 0x5 | 0x6 | clock\n");

    clickOn("#device-filter").write("rax");

    assertThat(onFx(() -> view.devices().visibleText()))
        .isEqualTo("cpu |  | 1 field differs | \n  RAX | 0x1 | 0x2 | \n");
    assertThat(label("#device-count")).isEqualTo("1 field, 1 hidden");
  }

  /** Sabotage that fails it: usual rows that stay, or go without being counted. */
  @Test
  void usualChangesComeLastAreCountedAndAreHiddenWhenAskedFor() {
    FieldChange tsc = change("cpu[0]/tsc", "tsc", "0x5", "0x6", true);
    FieldChange ticks = change("rtc/ticks", "ticks", "0x1", "0x2", false);
    FieldChange index = change("rtc/index", "index", "0x0b", "0x0c", false);
    DeviceDiff often = new DeviceDiff(List.of(tsc, ticks));
    DeviceDiff devices =
        new DeviceDiff(
            List.of(group("cpu[0]", "cpu", tsc), group("rtc", "rtc", ticks, index)),
            FieldHistory.of(List.of(often, often, often)));
    RamDiff none = FakeRam.diff(new FakeRam(PAGES).and(new FakeRam(PAGES)));
    interact(() -> view.show(diffOf(none, devices)));
    clickOn("Device diff (3)");
    assertThat(names()).containsExactly("rtc", "index", "ticks", "cpu", "tsc");
    assertThat(texts("#device-diff .marey-number"))
        .contains("0 of 3", "3 of 3")
        .doesNotContain("3 of 20");

    clickOn("Hide 2 usual changes");
    assertThat(names()).containsExactly("rtc", "index");
    assertThat(label("#device-count")).isEqualTo("1 field, 2 hidden");

    clickOn("Hide 2 usual changes");
    assertThat(names()).hasSize(5);
  }

  private List<String> names() {
    return onFx(() -> view.devices().visibleText())
        .lines()
        .map(line -> line.substring(0, line.indexOf(" |")).strip())
        .toList();
  }

  private static FieldChange group(String path, String name, FieldChange... fields) {
    return new FieldChange(path, name, FieldChange.Kind.GROUP, "", "", false, List.of(fields));
  }

  @Test
  void selectedDeviceFieldsAreCopiedAsTheirLines() {
    DeviceDiff devices =
        new DeviceDiff(
            List.of(
                change("rtc/index", "index", "0x0b", "0x0c", false),
                change("rtc/offset", "offset", "0x5", "0x6", true)));
    RamDiff none = FakeRam.diff(new FakeRam(PAGES).and(new FakeRam(PAGES)));
    interact(() -> view.show(diffOf(none, devices)));
    clickOn("Device diff (2)");

    clickOn("index");
    push(KeyCode.CONTROL, KeyCode.C);
    assertThat(copied()).isEqualTo("rtc/index  0x0b → 0x0c");
    push(KeyCode.CONTROL, KeyCode.A);
    push(KeyCode.CONTROL, KeyCode.C);
    assertThat(copied()).isEqualTo("rtc/index  0x0b → 0x0c\nrtc/offset  0x5 → 0x6  [clock]");
  }

  private static String copied() {
    return onFx(() -> Clipboard.getSystemClipboard().getString());
  }

  private static FieldChange change(
      String path, String name, String before, String after, boolean clock) {
    return new FieldChange(path, name, FieldChange.Kind.CHANGED, before, after, clock, List.of());
  }
}

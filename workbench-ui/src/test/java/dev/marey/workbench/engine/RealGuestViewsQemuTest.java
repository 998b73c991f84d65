package dev.marey.workbench.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.diff.DeviceDiff;
import dev.marey.diff.FieldHistory;
import dev.marey.diff.RamDiff;
import dev.marey.diff.view.HexSource;
import dev.marey.machine.RunState;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.testing.ConsoleTail;
import dev.marey.workbench.device.DeviceRow;
import dev.marey.workbench.device.DeviceStateViewModel;
import dev.marey.workbench.memory.MemoryViewModel;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.registers.RegistersViewModel;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.shown.Comparison;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.Progress;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the views say about the bare-metal guest, which is told over its console what to write; what
 * must be seen is known from the guest or from QEMU's own monitor.
 */
@Timeout(120)
final class RealGuestViewsQemuTest {

  private static final Progress UNWATCHED = progress(false);
  private static final long ADDRESS = 0x500000;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final CurrentThreadTaskService tasks = new CurrentThreadTaskService();
  private final ShownViewModel shown = new ShownViewModel();

  @SuppressWarnings("NullAway.Init")
  private LiveGuest guest;

  @SuppressWarnings("NullAway.Init")
  private EngineSession session;

  @SuppressWarnings("NullAway.Init")
  private ConsoleTail console;

  @SuppressWarnings("NullAway.Init")
  private SessionViewModel live;

  @BeforeEach
  void start() throws Exception {
    Session opened =
        Session.create(
            folder.resolve("s"), CommandLine.of(TestGuests.bareMetalCommandLine(32)).accept());
    guest = LiveGuest.start(opened);
    session = new EngineSession(opened, guest);
    console = new ConsoleTail(guest.console());
    console.await("counter 1");
    say("q 0", "q 0");
    live =
        new SessionViewModel(
            session, tasks, new ProblemsViewModel(Clock.systemUTC()), shown, Runnable::run);
  }

  @AfterEach
  void end() throws Exception {
    guest.abandon();
    session.close();
  }

  private void say(String line, String answer) {
    console.type(line);
    console.await(Pattern.quote(answer));
  }

  private static Progress progress(boolean cancelled) {
    return new Progress() {
      @Override
      public void update(double fraction, String message) {
        // nobody looks
      }

      @Override
      public boolean cancelled() {
        return cancelled;
      }
    };
  }

  private String monitor(String line) throws Exception {
    return guest
        .machine()
        .qmp()
        .execute("human-monitor-command", Map.of("command-line", line))
        .asText();
  }

  /** Until the window believes it, which takes two samples. */
  private void pause() {
    live.pause();
    live.sample();
    live.sample();
    assertThat(live.pausedProperty().get()).isTrue();
  }

  private Node snapshot() throws Exception {
    Node taken = session.snapshot("", UNWATCHED);
    shown.update(session.timeline());
    live.sample();
    return taken;
  }

  private static String bytes(MemoryViewModel memory, long address, int count) {
    HexSource source = memory.sourceProperty().get().orElseThrow();
    try {
      byte[] page = source.readPage(address / 4096).orElseThrow();
      int from = (int) (address % 4096);
      return HexFormat.ofDelimiter(" ").formatHex(page, from, from + count);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void memoryOfThePausedGuestAndOfANodeIsWhatTheGuestWroteThere() throws Exception {
    MemoryViewModel memory = new MemoryViewModel(live, shown, tasks);
    assertThat(memory.sourceProperty().get()).isEmpty();
    say("w 0x500000 0x11223344", "w 0x500000 = 0x11223344");
    Node first = snapshot();
    say("w 0x500000 0x55667788", "w 0x500000 = 0x55667788");
    pause();
    assertThat(memory.headerProperty().get()).isEqualTo("Memory of the paused guest");
    assertThat(bytes(memory, ADDRESS, 4)).isEqualTo("88 77 66 55");
    shown.select(first.id());
    assertThat(memory.headerProperty().get()).isEqualTo("Memory at S1");
    assertThat(bytes(memory, ADDRESS, 4)).isEqualTo("44 33 22 11");
  }

  @Test
  void memoryIsReadAnewWhenTheGuestRanBetweenTwoPauses() throws Exception {
    MemoryViewModel memory = new MemoryViewModel(live, shown, tasks);
    say("w 0x500000 0x1", "w 0x500000 = 0x1");
    pause();
    assertThat(bytes(memory, ADDRESS, 4)).isEqualTo("01 00 00 00");
    live.run();
    say("w 0x500000 0x2", "w 0x500000 = 0x2");
    pause();
    assertThat(bytes(memory, ADDRESS, 4)).isEqualTo("02 00 00 00");
  }

  @Test
  void registersOfThePausedGuestAreThoseOfQemusMonitor() throws Exception {
    RegistersViewModel registers = new RegistersViewModel(live, shown, tasks);
    pause();
    String text = monitor("info registers");
    assertThat(registers.headerProperty().get()).startsWith("Registers of the paused guest · ");
    assertThat(register(registers, "RIP")).isEqualTo(monitored(text, "EIP"));
    assertThat(register(registers, "RSP")).isEqualTo(monitored(text, "ESP"));
    assertThat(register(registers, "CR0")).isEqualTo(monitored(text, "CR0"));
    Node node = snapshot();
    shown.select(node.id());
    assertThat(registers.headerProperty().get()).startsWith("Registers at S1 · ");
    assertThat(register(registers, "RIP")).isEqualTo(monitored(text, "EIP"));
  }

  private static long register(RegistersViewModel registers, String name) {
    return registers.rows().stream()
        .filter(row -> row.name().equals(name))
        .map(RegistersViewModel.Row::value)
        .mapToLong(value -> Long.parseUnsignedLong(value.replace("0x", ""), 16))
        .findFirst()
        .orElseThrow();
  }

  private static long monitored(String text, String name) {
    Matcher found = Pattern.compile(name + "=([0-9a-f]+)").matcher(text);
    assertThat(found.find()).as(text).isTrue();
    return Long.parseUnsignedLong(found.group(1), 16);
  }

  @Test
  void devicesShowAndCompareTheByteThatWasPutIntoTheSerialPortsScratchRegister() throws Exception {
    DeviceStateViewModel devices = new DeviceStateViewModel(live, shown, tasks);
    pause();
    Node before = snapshot();
    monitor("o /b 0x3ff 0x5a");
    Node after = snapshot();
    shown.select(before.id());
    assertThat(scratch(devices)).containsExactly("serial scr 0x00");
    shown.select(after.id());
    assertThat(scratch(devices)).containsExactly("serial scr 0x5a");
    assertThat(DeviceDiff.of(session.stateOf(before.id()), session.stateOf(after.id())).fields())
        .filteredOn(field -> !field.clock())
        .extracting(field -> field.name() + " " + field.before() + " to " + field.after())
        .containsExactly("scr 0x00 to 0x5a");
  }

  @Test
  void whatUsuallyChangesIsLookedUpUntilNobodyWantsItAnyMore() throws Exception {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      nodes.add(snapshot());
    }
    NodeId a = nodes.get(3).id();
    NodeId b = nodes.get(4).id();
    FieldHistory history = session.fieldHistoryOf(a, b, UNWATCHED);
    assertThat(history.pairs()).isEqualTo(3);
    assertThat(history.changes("timer[0]/cpu_clock_offset")).isEqualTo(3);
    Progress cancelled = progress(true);
    assertThatThrownBy(() -> session.fieldHistoryOf(a, b, cancelled))
        .isInstanceOf(CancellationException.class);
  }

  private static List<String> scratch(DeviceStateViewModel devices) {
    devices.filterProperty().set("scr");
    return devices.rowsProperty().get().stream()
        .filter(row -> row.name().contains("serial"))
        .flatMap(RealGuestViewsQemuTest::fields)
        .filter(row -> row.name().equals("scr"))
        .map(row -> "serial " + row.name() + " " + row.value())
        .toList();
  }

  private static Stream<DeviceRow> fields(DeviceRow row) {
    return row.children().isEmpty()
        ? Stream.of(row)
        : row.children().stream().flatMap(RealGuestViewsQemuTest::fields);
  }

  @Test
  void aRunningGuestHasNoStateToReadAndThatIsNoFailure() throws Exception {
    assertThat(session.liveState()).isEmpty();
  }

  @Test
  void comparedWithNowTheNodeOfAPausedGuestDiffersInNothing() throws Exception {
    pause();
    Node node = snapshot();
    live.compareWithNow(node.id());
    assertThat(shown.comparisonProperty().get())
        .contains(new Comparison(node.id(), node.id(), true, Optional.empty()));
    assertThat(session.timeline().nodes()).hasSize(1);
    assertThat(RamDiff.of(session.ramOf(node.id(), node.id())).isEmpty()).isTrue();
    assertThat(DeviceDiff.of(session.stateOf(node.id()), session.stateOf(node.id())).isEmpty())
        .isTrue();
  }

  @Test
  void aRevertKeepsTheRunStateAndInvertsItWhenAskedTo() throws Exception {
    Node node = snapshot();
    RunState running = session.live().runState();
    session.revert(node.id(), false, UNWATCHED);
    RunState kept = session.live().runState();
    session.revert(node.id(), true, UNWATCHED);
    RunState inverted = session.live().runState();
    session.revert(node.id(), true, UNWATCHED);
    assertThat(List.of(running, kept, inverted, session.live().runState()))
        .containsExactly(RunState.RUNNING, RunState.RUNNING, RunState.PAUSED, RunState.RUNNING);
  }

  @Test
  void aDeletedNodeComesBack() throws Exception {
    Node first = snapshot();
    Node second = snapshot();
    Node third = snapshot();
    assertThat(session.undoDelete()).isEmpty();
    live.delete(first.id());
    live.delete(second.id());
    assertThat(session.timeline().nodes()).extracting(Node::id).containsExactly(third.id());
    live.undoDelete();
    assertThat(session.timeline().nodes())
        .extracting(Node::id)
        .containsExactly(second.id(), third.id());
    live.undoDelete();
    assertThat(session.timeline().nodes())
        .extracting(Node::id)
        .containsExactly(first.id(), second.id(), third.id());
    assertThat(session.undoDelete()).isEmpty();
    assertThat(tasks.failures).isEmpty();
  }

  @Test
  void afterARevertANodeLiesInTheTranscriptWhereItsOwnEnds() throws Exception {
    Node first = snapshot();
    say("w 0x500000 0x1", "w 0x500000 = 0x1");
    session.revert(first.id(), false, UNWATCHED);
    say("w 0x500000 0x2", "w 0x500000 = 0x2");
    Node third = snapshot();
    assertThat(third.console().branch()).isNotEqualTo(first.console().branch());
    byte[] all = session.transcript(third.console());
    assertThat(session.transcriptBytes(third.console())).isEqualTo(all.length);
    int early = (int) session.transcriptBytes(first.console());
    assertThat(new String(all, 0, early, UTF_8)).contains("q 0").doesNotContain("w 0x500000");
    assertThat(new String(all, early, all.length - early, UTF_8))
        .contains("w 0x500000 = 0x2")
        .doesNotContain("= 0x1");
  }
}

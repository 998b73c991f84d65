package dev.marey.machine.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.GuestDefinition;
import dev.marey.machine.GuestRam;
import dev.marey.machine.Machine;
import dev.marey.machine.MachineException;
import dev.marey.machine.MachineRequest;
import dev.marey.machine.PageNumber;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.DirtyPattern;
import dev.marey.machine.testing.TestGuests;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the guests print is true: RAM itself shows it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class GuestsQemuTest {

  private static final Pattern SCRIBBLE =
      Pattern.compile(
          "scribble: 0x([0-9a-f]{16}) at 0x([0-9a-f]+), bytes((?: [0-9a-f]{2}){8})\r?\n");

  @TempDir Path folder;

  @Test
  void scribbleCountAndDirtyTellWhereRamHoldsWhatTheyWrote() throws MachineException {
    try (Run run = new Run(TestGuests.demoCommandLine(128), Map.of())) {
      run.await("demo# $");

      run.type("scribble 0xc0ffee01\r");
      MatchResult scribble = run.await(SCRIBBLE.pattern());
      assertThat(scribble.group(1)).isEqualTo("00000000c0ffee01");
      assertThat(scribble.group(3)).isEqualTo(" 01 ee ff c0 00 00 00 00");
      assertThat(run.longAt(scribble.group(2))).isEqualTo(0xc0ffee01L);

      run.type("count 50 &\r");
      String counter = run.await("count: counting at 0x([0-9a-f]+)\r?\n").group(1);
      run.await("count 3\r?\n");
      run.machine.pause();
      long counted = run.longAt(counter);
      run.machine.resume();
      run.await("count " + (counted + 1) + "\r?\n");

      run.type("\rkill %1\r");
      run.type("dirty 8 64 30\r");
      long number =
          Long.parseUnsignedLong(run.await("dirty: run 0x([0-9a-f]+), 2048 pages").group(1), 16);
      run.await("dirty: sweep [0-9]+, [0-9]+ MiB written, 0 damaged\r?\n");
      run.machine.pause();
      DirtyPattern pattern = run.pattern(number);
      assertThat(pattern.faults()).isEmpty();
      assertThat(pattern.pagesFound()).isEqualTo(2048);
    }
  }

  @Test
  void theDemoGuestGreetsWithTheFiveStepsOfTheTour() throws MachineException {
    try (Run run = new Run(TestGuests.demoCommandLine(128), Map.of())) {
      run.await("demo# $");

      assertThat(run.text().replace("\r", ""))
          .contains(
              """
              Marey's demo guest. One minute:

                1 Snapshot.  2 type `scribble`.  3 Snapshot.  4 see the page.
                5 double-click the first.

              """);
    }
  }

  /** By the guest's own clock and count: a busy machine slows both. */
  @Test
  void dirtyKeepsTheRateItIsGiven() throws MachineException {
    try (Run run = new Run(TestGuests.demoCommandLine(128), Map.of())) {
      run.await("demo# $");

      long slow = mebibytesOf(run, "dirty 2 2 2");
      long fast = mebibytesOf(run, "dirty 2 8 2");

      assertThat(slow).isBetween(3L, 5L);
      assertThat(fast).isBetween(3 * slow, 5 * slow);
    }
  }

  /** Sabotage that fails it: a stamp that is random too, a rate that is not kept. */
  @Test
  void loadRewritesItsPagesAtItsRateHalfRandomHalfStamp() throws MachineException {
    try (Run run = new Run(TestGuests.demoCommandLine(128), Map.of())) {
      run.await("demo# $");

      run.type("load a 256 8 work\r");
      run.await("load: a, 256 pages/s, 2048 pages of memory\r?\n");
      MatchResult told =
          run.await("load: (2[0-9]{3}) ms, ([0-9]+) pages, ([0-9]+) rounds, sweep 0\r?\n");
      run.machine.pause();

      long due = Long.parseLong(told.group(1)) * 256 / 1000;
      assertThat(Long.parseLong(told.group(2))).isBetween(due * 3 / 4, due + 16);
      assertThat(Long.parseLong(told.group(3))).isPositive();
      Set<Long> pages = new HashSet<>();
      for (int page = 0; page < run.ram.pageCount(); page++) {
        loadedPage(run.page(page)).ifPresent(pages::add);
      }
      // One may be half written.
      assertThat(pages).hasSizeBetween(2047, 2048).allMatch(index -> index < 2048);
    }
  }

  /** The index that the stamp of a page of {@code load} names. */
  private static Optional<Long> loadedPage(ByteBuffer content) {
    LongBuffer words = content.asLongBuffer();
    long stamp = words.get(256);
    boolean stamped = IntStream.range(256, 512).allMatch(at -> words.get(at) == stamp);
    boolean random = IntStream.range(0, 256).mapToLong(words::get).distinct().count() == 256;
    return stamped && random ? Optional.of(stamp >>> 32) : Optional.empty();
  }

  private static long mebibytesOf(Run run, String command) {
    run.type(command + "\r");
    return Long.parseLong(
        run.await("dirty: done, sweep [0-9]+, ([0-9]+) MiB written, 0 damaged").group(1));
  }

  /** Against the Linux of the demo on the same machine in the same minute. */
  @Test
  void theBareMetalGuestIsUpInAFractionOfTheTimeLinuxTakes() throws MachineException {
    long bareMetal = Long.MAX_VALUE;
    for (int start = 0; start < 3; start++) {
      List<String> line = TestGuests.bareMetalCommandLine(32);
      bareMetal = Math.min(bareMetal, nanosUntil("bare-metal up: ", line));
    }

    assertThat(bareMetal).isLessThan(nanosUntil("demo# $", TestGuests.demoCommandLine(128)) / 3);
  }

  private long nanosUntil(String output, List<String> commandLine) throws MachineException {
    long started = System.nanoTime();
    try (Run run = new Run(commandLine, Map.of())) {
      run.await(output);
      return System.nanoTime() - started;
    }
  }

  /** A debugger finds the C source behind the guest's instructions. */
  @Test
  void theBareMetalGuestCarriesItsDebugInformation() throws Exception {
    Process gdb =
        new ProcessBuilder(
                "gdb",
                "-nx",
                "-batch",
                "-ex",
                "info line timer_interrupt",
                "-ex",
                "ptype counter",
                TestGuests.bareMetal().toString())
            .redirectErrorStream(true)
            .start();
    gdb.getOutputStream().close();

    assertThat(new String(gdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .matches(
            "Line [0-9]+ of \"./bare-metal/main.c\" starts at address 0x[0-9a-f]+"
                + " <timer_interrupt> and ends at 0x[0-9a-f]+ <timer_interrupt.*>\\.\n"
                + "type = volatile unsigned int\n");
    assertThat(gdb.waitFor()).isZero();
  }

  @Test
  void theBareMetalGuestIsUpAtOnceAndDoesWhatItIsTold() throws MachineException {
    bareMetal(TestGuests.bareMetalCommandLine(32), Map.of());
  }

  @Test
  void theSecondQemuRunsTheBareMetalGuestToo() throws MachineException {
    bareMetal(
        TestGuests.qemu10().commandLine(TestGuests.bareMetalCommandLine(32)),
        TestGuests.qemu10().environment());
  }

  private void bareMetal(List<String> commandLine, Map<String, String> environment)
      throws MachineException {
    try (Run run = new Run(commandLine, environment)) {
      String counter = run.await("bare-metal up: 32640 KiB, counter at 0x([0-9a-f]+)").group(1);
      run.await("counter 2\r?\n");
      assertThat(run.longAt(counter)).isBetween(2L, 100L);

      run.type("w 0x500000 0xc0ffee\r");
      run.await("w 0x500000 = 0xc0ffee\r?\n");
      assertThat(run.longAt("500000")).isEqualTo(0xc0ffee);

      run.type("d 32 256\r");
      run.await("d 32 of 256 pages at 0x800000, run 0x1\r?\n");
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(run.pattern(1).sweep()).isGreaterThan(2));
      run.machine.pause();
      assertThat(run.pattern(1).faults()).isEmpty();
      run.machine.resume();
      run.type("s\r");
      assertThat(run.await("s sweep [0-9]+ page [0-9]+ damaged ([0-9]+)\r?\n").group(1))
          .isEqualTo("0");
    }
  }

  /** A guest that runs, its console as text. */
  private final class Run implements AutoCloseable {

    final GuestRam ram;
    final Machine machine;
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();
    private int read;

    Run(List<String> commandLine, Map<String, String> environment) throws MachineException {
      GuestDefinition guest = CommandLine.of(commandLine).accept();
      ram = GuestRam.create(guest.ramBytes());
      machine =
          Machine.start(
              new MachineRequest(guest, ram, folder, MachineRequest.Role.LIVE, environment));
      machine.console().orElseThrow().addListener(bytes -> console.writeBytes(bytes));
      machine.resume();
    }

    void type(String text) {
      machine.console().orElseThrow().type(text);
    }

    /** Waits for the next output that the expression is found in. */
    MatchResult await(String expression) {
      try {
        return Awaitility.await()
            .atMost(Duration.ofSeconds(40))
            .until(() -> next(expression), Optional::isPresent)
            .orElseThrow();
      } catch (ConditionTimeoutException e) {
        throw new AssertionError("no " + expression + " in: " + text().substring(read), e);
      }
    }

    private Optional<MatchResult> next(String expression) {
      Matcher matcher = Pattern.compile(expression).matcher(text());
      if (!matcher.find(read)) {
        return Optional.empty();
      }
      read = matcher.end();
      return Optional.of(matcher.toMatchResult());
    }

    private String text() {
      return console.toString(StandardCharsets.ISO_8859_1);
    }

    /** The little-endian number at a guest-physical address given in hexadecimal digits. */
    long longAt(String address) throws MachineException {
      long at = Long.parseUnsignedLong(address, 16);
      PageNumber page = machine.ramLayout().pageAt(new GuestAddress(at)).orElseThrow();
      return page(page.index()).getLong((int) (at % PageNumber.PAGE_BYTES));
    }

    DirtyPattern pattern(long number) {
      DirtyPattern pattern = new DirtyPattern(number);
      for (int page = 0; page < ram.pageCount(); page++) {
        pattern.accept(page(page));
      }
      return pattern;
    }

    private ByteBuffer page(int index) {
      ByteBuffer content =
          ByteBuffer.allocate(PageNumber.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      ram.read(new PageNumber(index), content);
      return content.clear().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
      machine.close();
      ram.close();
    }
  }
}

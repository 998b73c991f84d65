package dev.marey.workbench.bench;

import dev.marey.machine.guest.PreparedGuests;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The shell on the demo guest's console.
 *
 * <p>Threading: the benchmark's.
 */
final class GuestShell {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Pattern PROMPT = Pattern.compile("demo# ");
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final String NOT_FOUND = "load: not found";
  private static final String NO_MEMORY = "Out of memory";
  private static final String FAILED = "|" + NOT_FOUND + "|" + NO_MEMORY;
  private static final Pattern STARTED = Pattern.compile("load: [ab], \\d+ pages/s" + FAILED);
  private static final Pattern HOLDS = Pattern.compile("load: holding \\d+ MiB" + FAILED);
  private static final int GUEST_MEBIBYTES = 160;
  private static final String INTERRUPT = "\u0003";

  /** Types bytes into a guest. */
  interface Keyboard {
    void type(String text) throws IOException;
  }

  private final GuestConsole console;
  private final Keyboard keyboard;
  private final BooleanSupplier alive;
  private final StopRequest stop;

  GuestShell(GuestConsole console, Keyboard keyboard, BooleanSupplier alive, StopRequest stop) {
    this.console = console;
    this.keyboard = keyboard;
    this.alive = alive;
    this.stop = stop;
  }

  /**
   * What a guest of that size can give to a load, in MiB; the kernel and its programs need the
   * rest.
   */
  static int spareMebibytes(int mebibytes) {
    return mebibytes - mebibytes / 16 - GUEST_MEBIBYTES;
  }

  GuestConsole console() {
    return console;
  }

  void awaitBoot() throws BenchException, BenchStoppedException {
    MatchResult unused = console.await(PROMPT, 0, PATIENCE, stop, alive);
  }

  /** Starts a load and returns when it has written all its memory once. */
  void startLoad(String command) throws BenchException, BenchStoppedException, IOException {
    run(command, STARTED);
  }

  /** Ends the load that was started last. */
  void endLoad() throws BenchException, BenchStoppedException, IOException {
    int from = console.end();
    keyboard.type(INTERRUPT);
    MatchResult unused = console.await(PROMPT, from, PATIENCE, stop, alive);
  }

  /** Keeps so much of the guest's memory in use from now on. */
  void hold(int mebibytes) throws BenchException, BenchStoppedException, IOException {
    run("load hold " + mebibytes + " &", HOLDS);
  }

  private void run(String command, Pattern answer)
      throws BenchException, BenchStoppedException, IOException {
    int from = console.end();
    keyboard.type(command + "\n");
    String answered = console.await(answer, from, PATIENCE, stop, alive).group();
    if (answered.equals(NOT_FOUND)) {
      throw new BenchException(
          "The demo guest that is prepared is an older one, without the program 'load'. "
              + PreparedGuests.REMEDY);
    }
    if (answered.equals(NO_MEMORY)) {
      throw new BenchException("The guest has not the memory for '" + command + "'.");
    }
  }

  /** Waits until the load has written so many pages from now on. */
  void awaitPages(long pages) throws BenchException, BenchStoppedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    int from = console.lines().size();
    while (written(from) < pages) {
      if (System.nanoTime() >= deadline || !alive.getAsBoolean()) {
        throw new BenchException(
            "The guest's load was to write " + pages + " pages and did not. Try again.");
      }
      stop.sleep(LOOK);
    }
  }

  /** Pages written between the first and the last word of it after a line. */
  private long written(int fromLine) {
    List<GuestConsole.Line> lines = console.lines();
    List<LoadProgress> told = LoadProgress.in(lines.subList(fromLine, lines.size()));
    return told.isEmpty() ? 0 : told.get(told.size() - 1).pages() - told.get(0).pages();
  }
}

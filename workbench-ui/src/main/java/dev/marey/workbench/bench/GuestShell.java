package dev.marey.workbench.bench;

import dev.marey.machine.guest.PreparedGuests;
import java.io.IOException;
import java.time.Duration;
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
  private static final Pattern STARTED =
      Pattern.compile("load: [ab], \\d+ pages/s|load: not found");
  private static final Pattern HOLDS = Pattern.compile("load: holding \\d+ MiB|load: not found");
  private static final String NOT_FOUND = "load: not found";
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
  }

  /** Waits until the load has written so many pages since now. */
  void awaitPages(long pages) throws BenchException, BenchStoppedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long before = written();
    while (written() - before < pages) {
      if (System.nanoTime() >= deadline || !alive.getAsBoolean()) {
        throw new BenchException(
            "The guest's load was to write " + pages + " pages and did not. Try again.");
      }
      stop.sleep(Duration.ofMillis(50));
    }
  }

  private long written() {
    return LoadProgress.in(console.lines()).stream()
        .reduce((first, second) -> second)
        .map(LoadProgress::pages)
        .orElse(0L);
  }
}

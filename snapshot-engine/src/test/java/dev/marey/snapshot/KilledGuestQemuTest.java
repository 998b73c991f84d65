package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.testing.ChildJvm;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our process and QEMU are killed at random moments, again and again in one session. The moments
 * come from a seed, which a failure names; how far everything is by then does not.
 */
@Timeout(300)
final class KilledGuestQemuTest {

  /** A child has said this many lines at most when it is killed, and a moment has passed. */
  private static final int LINES = 40;

  private static final int MOMENT_MILLIS = 100;

  @TempDir Path folder;

  @Test
  void whateverWasCompleteIsThereAndIsWhatItWas() throws Exception {
    kill(3, 2);
  }

  @Test
  @Tag("long")
  @Timeout(3600)
  void alsoAHundredTimes() throws Exception {
    KilledRounds rounds = kill(100, 3);
    assertThat(rounds.lost()).as("nodes that were half written").isGreaterThan(20);
    assertThat(rounds.thinned()).isGreaterThan(20);
    assertThat(rounds.copied()).isGreaterThan(20);
  }

  /**
   * Sabotages that fail it: a node that is complete before its pages are written; captures without
   * a lease; thinning that leaves children of what has gone; losses that are not named.
   *
   * @param every of so many rounds one brings a node to life
   */
  private KilledRounds kill(int count, int every) throws Exception {
    long seed = new Random().nextInt();
    Random random = new Random(seed);
    KilledRounds rounds = new KilledRounds(random);
    for (int round = 1; round <= count; round++) {
      List<String> output = new ArrayList<>();
      try {
        rounds.hear(runAndKill(random, output));
        try (Session session = Session.open(folder.resolve("session"))) {
          rounds.check(session);
          if (round % every == 0 && !session.timeline().nodes().isEmpty()) {
            rounds.bringToLife(session, folder);
          }
          rounds.deleteSome(session);
        }
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "round " + round + " of seed " + seed + ":\n" + String.join("\n", output), e);
      }
    }
    return rounds;
  }

  /**
   * @param output gets all the child prints
   * @return what it said
   */
  private List<String> runAndKill(Random random, List<String> output) throws Exception {
    Process child = start(random.nextLong());
    try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
      int count = 1 + random.nextInt(LINES);
      while (said(output).size() < count) {
        String line = lines.readLine();
        assertThat(line).as("a child ended by itself").isNotNull();
        output.add(line);
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(MOMENT_MILLIS));
      assertThat(said(output)).noneMatch(line -> line.matches("(problem|FAILED) .*"));
      kill(child, random);
      lines.lines().forEach(output::add);
    } finally {
      child.descendants().forEach(ProcessHandle::destroyForcibly);
      child.destroyForcibly().waitFor();
    }
    return said(output);
  }

  private static List<String> said(List<String> output) {
    return ChildJvm.said(String.join("\n", output));
  }

  /** What it keeps for a running guest lies where it goes with this test. */
  private Process start(long seed) throws Exception {
    Path scratch = Files.createDirectories(folder.resolve("t"));
    List<String> command = ChildJvm.command(KilledGuest.class, folder.toString(), "" + seed);
    command.addAll(1, List.of("-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + scratch));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("XDG_RUNTIME_DIR");
    return builder.start();
  }

  /** Kills it and what it has started, in any order. */
  private static void kill(Process child, Random random) throws Exception {
    List<ProcessHandle> processes = new ArrayList<>(child.descendants().toList());
    processes.add(child.toHandle());
    Collections.shuffle(processes, random);
    for (ProcessHandle process : processes) {
      process.destroyForcibly();
      if (random.nextBoolean()) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(20));
      }
    }
  }
}

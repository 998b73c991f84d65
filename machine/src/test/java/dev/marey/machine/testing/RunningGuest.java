package dev.marey.machine.testing;

import static org.awaitility.Awaitility.await;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.GuestRam;
import dev.marey.machine.Machine;
import dev.marey.machine.MachineException;
import dev.marey.machine.MachineRequest;
import dev.marey.machine.MachineRequest.Role;
import dev.marey.machine.options.CommandLine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A machine of a test with what it has printed.
 *
 * <p>Threading: any (lock: output).
 */
public final class RunningGuest implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Machine machine;
  private final StringBuilder output = new StringBuilder();

  private RunningGuest(Machine machine) {
    this.machine = machine;
    machine
        .console()
        .ifPresent(
            console ->
                console.addListener(
                    bytes -> {
                      synchronized (output) {
                        output.append(new String(bytes, StandardCharsets.ISO_8859_1));
                      }
                    }));
  }

  /** Starts it, stopped; the line's first word is the program. */
  public static RunningGuest start(List<String> line, GuestRam ram, Path folder, Role role)
      throws MachineException {
    GuestDefinition guest = CommandLine.of(line).accept();
    return new RunningGuest(Machine.start(new MachineRequest(guest, ram, folder, role, Map.of())));
  }

  public Machine machine() {
    return machine;
  }

  public String output() {
    synchronized (output) {
      return output.toString();
    }
  }

  /** Forgets what was printed until now. */
  public void forgetOutput() {
    synchronized (output) {
      output.setLength(0);
    }
  }

  public void type(String text) {
    machine.console().orElseThrow().type(text);
  }

  /** Waits until the guest has printed something that matches; gives the first match. */
  public Matcher expect(String regex) {
    Pattern pattern = Pattern.compile(regex);
    return await("output that matches " + regex + " in " + output())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> pattern.matcher(output()), Matcher::find);
  }

  /** Waits for the next counter the bare-metal guest prints from now on. */
  public int nextCounter() {
    forgetOutput();
    return Integer.parseInt(expect("counter (\\d+)\\r?\\n").group(1));
  }

  @Override
  public void close() {
    machine.close();
  }
}

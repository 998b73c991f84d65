package dev.marey.machine.options;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.Qemu10;
import dev.marey.machine.testing.TestGuests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** QEMU itself says which options it has and which of them take a value. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class OptionTableQemuTest {

  // -h or -help   -fda/-fdb file   --preconfig   -virtfs local,…
  private static final Pattern LINE =
      Pattern.compile("(?m)^--?([A-Za-z][\\w-]*)(?:(?: or |/)-([A-Za-z][\\w-]*))?");

  private static String output(Map<String, String> environment, List<String> words)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void everyOptionIsInTheTable(String program, Map<String, String> environment)
      throws IOException {
    Set<String> names = new TreeSet<>();
    Matcher line = LINE.matcher(output(environment, List.of(program, "-help")));
    while (line.find()) {
      names.add(line.group(1));
      if (line.group(2) != null) {
        names.add(line.group(2));
      }
    }
    assertThat(names).hasSizeGreaterThan(90);
    assertThat(OptionTable.names()).containsAll(names);
    for (String name : names) {
      // QEMU checks all words first: an option that takes a value swallows the first wrong one
      String complaint =
          output(environment, List.of(program, "-" + name, "-wrong-first", "-wrong-second"));
      assertThat(complaint)
          .as("-%s takes a value: %s", name, OptionTable.find(name).orElseThrow().takesValue())
          .contains(
              OptionTable.find(name).orElseThrow().takesValue()
                  ? "-wrong-second: invalid option"
                  : "-wrong-first: invalid option");
    }
  }

  @Test
  void everyOptionOfTheInstalledQemuIsInTheTable() throws IOException {
    everyOptionIsInTheTable("qemu-system-x86_64", Map.of());
  }

  @Test
  void everyOptionOfQemu10IsInTheTable() throws IOException {
    Qemu10 qemu = TestGuests.qemu10();
    everyOptionIsInTheTable(qemu.binary().toString(), qemu.environment());
  }
}

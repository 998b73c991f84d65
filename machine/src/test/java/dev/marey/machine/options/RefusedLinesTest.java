package dev.marey.machine.options;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every line of {@code refused-lines.txt} gets the whole message it stands below. */
final class RefusedLinesTest {

  private static final Path LINES =
      Path.of("src/test/resources/dev/marey/machine/options/refused-lines.txt");

  @TempDir Path folder;

  @BeforeEach
  void aProgramAndFiles() throws IOException {
    Path program =
        Files.write(folder.resolve("qemu-system-x86_64"), new byte[] {0x7f, 'E', 'L', 'F'});
    assertThat(program.toFile().setExecutable(true)).isTrue();
    for (String name : List.of("bzImage", "disk.img")) {
      Files.writeString(folder.resolve(name), name);
    }
  }

  static Stream<Arguments> lines() throws IOException {
    List<Arguments> lines = new ArrayList<>();
    String message = "";
    for (String line : Files.readAllLines(LINES)) {
      if (line.startsWith("  ")) {
        lines.add(Arguments.of(line.strip(), message));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        message = line;
      }
    }
    return lines.stream();
  }

  @ParameterizedTest
  @MethodSource("lines")
  void isRefusedWithThisReasonAndRemedy(String options, String message) {
    assertThat(CommandLine.parse("./qemu-system-x86_64 " + options, Map.of(), folder).problems())
        .extracting(problem -> problem.what() + " | " + problem.remedy())
        .containsExactly(message.replace("{folder}", folder.toString()));
  }

  private static Set<String> words() throws IOException {
    return lines()
        .flatMap(line -> Stream.of(((String) line.get()[0]).split("[ ,]")))
        .collect(toSet());
  }

  @Test
  void everyRefusedOptionHasALine() throws IOException {
    assertThat(words())
        .containsAll(
            OptionTable.all().stream()
                .filter(option -> option.treatment() == Treatment.REFUSED)
                .map(option -> "-" + option.name())
                .toList());
  }

  @Test
  void everyRefusedDeviceHasALine() throws IOException {
    Set<String> words = words();
    assertThat(RefusedDevice.ALL)
        .flatMap(RefusedDevice::drivers)
        .allSatisfy(driver -> assertThat(words).anyMatch(word -> word.matches(driver)));
  }
}

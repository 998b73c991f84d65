package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.testing.TestGuests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the commands call usual in nodes of a guest that counts. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class UsualChangesQemuTest {

  @TempDir Path folder;

  private static List<JsonNode> fields(JsonNode diff) {
    return StreamSupport.stream(diff.get("devices").spliterator(), false).toList();
  }

  private static JsonNode diff(Marey marey, int a, int b) {
    return marey.run("diff", "--json", "five", "S" + a, "S" + b).succeeded().json().get(0);
  }

  /** Sabotage that fails it: the compared pair counted too, fields that are never called usual. */
  @Test
  void fieldsThatChangedInHalfOfThePairsBeforeAreUsualAndAreLeftOutWhenAskedFor() {
    Marey marey = new Marey(folder);
    List<String> line = new ArrayList<>(List.of("record", "--json", "--expect", "counter 1"));
    line.addAll(List.of("--every", "300ms", "--count", "5", "five", "--"));
    line.addAll(TestGuests.bareMetalCommandLine(64));
    marey.run(line).succeeded();
    Map<String, Integer> changes = new HashMap<>();
    for (int node = 1; node < 4; node++) {
      fields(diff(marey, node, node + 1))
          .forEach(field -> changes.merge(field.get("path").asText(), 1, Integer::sum));
    }
    List<JsonNode> last = fields(diff(marey, 4, 5));
    assertThat(last)
        .allSatisfy(
            field ->
                assertThat(field.get("usual").asBoolean())
                    .as("%s", field)
                    .isEqualTo(changes.getOrDefault(field.get("path").asText(), 0) * 2 >= 3));
    assertThat(changes).containsEntry("timer[0]/cpu_clock_offset", 3);
    assertThat(fields(diff(marey, 3, 4))).noneMatch(field -> field.get("usual").asBoolean());

    String table = marey.run("diff", "--all", "five", "S4", "S5").succeeded().out();
    assertThat(table).containsPattern("timer\\[0]/cpu_clock_offset .* 3 of 3 +clock");
    String hidden =
        marey.run("diff", "--all", "--hide-usual", "five", "S4", "S5").succeeded().out();
    long usual = last.stream().filter(field -> field.get("usual").asBoolean()).count();
    assertThat(hidden)
        .doesNotContain("timer[0]/cpu_clock_offset")
        .contains("\n" + usual + " fields that usually change not shown.\n");
    assertThat(hidden.lines().filter(row -> row.matches("\\w+(\\[\\d+])?/.*")))
        .hasSize(last.size() - (int) usual);
  }
}

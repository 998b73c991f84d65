package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.machine.testing.TestGuests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of a real guest that go from one installation to another, by the real commands. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class BundleQemuTest {

  @TempDir Path folder;

  /** Sabotage that fails it: a kernel that stays behind, a map against the node left out. */
  @Test
  void twoOfThreeNodesAreLookedAtAndRunOnElsewhere() throws Exception {
    Path office = Files.createDirectories(folder.resolve("office"));
    Path home = Files.createDirectories(folder.resolve("home"));
    Marey here = new Marey(office);
    Marey there = new Marey(home);
    Path kernel = office.resolve("kernel, mine.elf");
    Files.copy(TestGuests.bareMetal(), kernel);
    List<String> line = new ArrayList<>();
    line.addAll(List.of("record", "--json", "--expect", "counter 2", "--every", "700ms"));
    line.addAll(List.of("--label", "node", "--count", "3", "mine", "--"));
    for (String word : TestGuests.bareMetalCommandLine(64)) {
      line.add(word.equals(TestGuests.bareMetal().toString()) ? kernel.toString() : word);
    }
    here.run(line).succeeded();

    JsonNode written =
        here.run("bundle", "--json", "mine", "S1", "node 3", "bug.marey").succeeded().json().get(0);
    Path bundle = office.resolve("bug.marey");
    assertThat(written.get("file").asText()).isEqualTo(bundle.toString());
    assertThat(written.get("nodes")).extracting(JsonNode::asText).containsExactly("S1", "S3");
    assertThat(written.get("bytes").asLong()).isEqualTo(Files.size(bundle));
    List<JsonNode> log = here.run("log", "--json", "mine").succeeded().json();
    Marey.Result diff = here.run("diff", "--json", "mine", "S1", "S3").succeeded();
    assertSaysWhatIsWrong(here, bundle);
    Files.move(bundle, home.resolve("bug.marey"));
    Files.delete(kernel);
    Files.move(office.resolve("mine"), office.resolve("away"));

    Path session = home.resolve("data/sessions/bug");
    Marey.Result first = there.run("log", "--json", "bug.marey").succeeded();
    assertThat(first.err()).isEqualTo("bug.marey was unpacked into " + session + "\n");
    assertThat(first.json()).hasSize(2);
    assertThat(first.json().get(0)).isEqualTo(log.get(0));
    ObjectNode third = log.get(2).deepCopy();
    assertThat(first.json().get(1)).isEqualTo(third.put("parent", "S1"));
    assertThat(there.run("verify", "--json", "bug.marey"))
        .isEqualTo(
            new Marey.Result(
                0,
                "{\"nodes\":2,\"damaged\":[]}\n",
                "bug.marey was unpacked before, into " + session + "\n"));
    assertThat(there.run("diff", "--json", "bug", "S1", "S3").succeeded())
        .isEqualTo(new Marey.Result(0, diff.out(), ""));
    int before = 0;
    for (String node : List.of("node 1", "S3")) {
      JsonNode back =
          there.run("revert", "--json", "bug.marey", node, "--run", "1s").succeeded().json().get(0);
      List<Integer> counts = counts(back.get("console").asText());
      assertThat(counts).hasSizeGreaterThan(2).isEqualTo(upFrom(counts));
      assertThat(counts.get(0)).isGreaterThan(before + 2);
      before = counts.get(0);
    }
    assertThat(there.run("open", "bug.marey").err()).contains("there is no display");
  }

  private void assertSaysWhatIsWrong(Marey here, Path bundle) throws Exception {
    assertThat(here.run("bundle", "mine", "S1", "bug.marey").err())
        .isEqualTo(
            "marey: Could not export to "
                + bundle
                + ": it is there already. Choose another name.\n");
    assertThat(here.run("bundle", "mine", "S1", "S3"))
        .isEqualTo(
            new Marey.Result(
                2,
                "",
                "marey: The file is missing: S3 is a node. Write a name such as bug.marey last.\n"));
    assertThat(here.run("bundle", "mine", "S7", "x.marey").err())
        .isEqualTo(
            "marey: There is no node \"S7\" in this session. It has 3 nodes, S1 to S3. 'marey log'"
                + " lists them.\n");
    Interruption interruption = new Interruption();
    interruption.ask(Interruption.SIGINT_EXIT_CODE);
    assertThat(here.run(interruption, List.of("bundle", "mine", "x.marey")))
        .isEqualTo(new Marey.Result(130, "", ""));
    assertThat(here.run(interruption, List.of("log", "bug.marey")))
        .isEqualTo(new Marey.Result(130, "", ""));
    assertThat(here.folder()).isDirectoryNotContaining("glob:**x.marey*");
    assertThat(here.folder().resolve("data/sessions/bug")).doesNotExist();
    assertThat(here.run("bundle", "mine", "all.marey").succeeded().out())
        .startsWith(here.folder().resolve("all.marey") + ": 3 nodes, ")
        .endsWith(". Open it with\nmarey open " + here.folder().resolve("all.marey") + "\n");
    Path cut = here.folder().resolve("cut.marey");
    byte[] whole = Files.readAllBytes(bundle);
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThat(here.run("open", "--headless", "cut.marey"))
        .isEqualTo(
            new Marey.Result(
                1,
                "",
                "marey: Could not open the bundle "
                    + cut
                    + ": it is cut short. It is damaged, or was not made by Marey; nothing of it is"
                    + " kept. Get the file anew from who made it.\n"));
    assertThat(here.folder().resolve("data/sessions/cut")).doesNotExist();
  }

  private static List<Integer> counts(String console) {
    return Pattern.compile("(?m)^counter (\\d+)$")
        .matcher(console)
        .results()
        .map(found -> Integer.valueOf(found.group(1)))
        .toList();
  }

  private static List<Integer> upFrom(List<Integer> counts) {
    return Stream.iterate(counts.get(0), count -> count + 1).limit(counts.size()).toList();
  }
}

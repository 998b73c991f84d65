package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real commands on real guests; what is expected comes from the guests' consoles. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class RecordedSessionQemuTest {

  @TempDir Path folder;

  /** Sabotage that fails it: a diff off by one page, a revert to the wrong node. */
  @Test
  void theDemoGuestsOwnWordsAgreeWithDiffAndRevert() throws Exception {
    Marey marey = new Marey(folder);
    List<JsonNode> first =
        marey
            .run(
                "record",
                "--demo",
                "--json",
                "--expect",
                "demo# ",
                "--type",
                "scribble 0xc0ffee01",
                "--expect",
                "scribble: 0x",
                "--expect",
                "demo# ",
                "--type",
                "count 200",
                "--expect",
                "^count 3$",
                "--every",
                "600ms",
                "--count",
                "3",
                "--budget",
                "300M",
                "mine")
            .succeeded()
            .json();
    assertThat(first)
        .extracting(node -> node.get("node").asText())
        .containsExactly("S1", "S2", "S3");
    assertThat(first.get(1).get("parent").asText()).isEqualTo("S1");
    assertThat(first.get(0).get("parent").isNull()).isTrue();
    for (JsonNode node : first) {
      assertThat(node.get("pause_ms").asDouble()).isPositive();
      assertThat(node.get("device_state_ms").asDouble()).isPositive();
      assertThat(node.get("arm_ms").asDouble()).isPositive();
      assertThat(node.get("saved_ms").asDouble()).isPositive();
      assertThat(node.get("pages_dirty").asInt()).isPositive();
      assertThat(node.get("pages_written_during_save").asInt()).isNotNegative();
      assertThat(node.get("bytes_stored").asLong()).isPositive();
      assertThat(node.get("label").asText()).isEmpty();
    }
    assertThat(marey.run("log", "--json", "mine").succeeded().json()).isEqualTo(first);
    for (int i = 1; i < 3; i++) {
      JsonNode diff =
          marey.run("diff", "--json", "mine", "S" + i, "S" + (i + 1)).succeeded().json().get(0);
      assertThat(first.get(i).get("pages_changed").asInt())
          .isPositive()
          .isLessThanOrEqualTo(first.get(i).get("pages_dirty").asInt())
          .isEqualTo(diff.get("ram").get("pages_changed").asInt());
    }
    try (Session session = Session.open(folder.resolve("mine"))) {
      assertThat(session.budgetBytes()).isEqualTo(300_000_000);
    }
    assertThat(marey.run("verify", "--json", "mine").succeeded().out())
        .isEqualTo("{\"nodes\":3,\"damaged\":[]}\n");

    exportsEachForm(marey);

    JsonNode back =
        marey.run("revert", "--json", "mine", "S1", "--run", "2s").succeeded().json().get(0);
    assertThat(back.get("node").asText()).isEqualTo("S1");
    assertThat(back.get("running_after_ms").asDouble()).isPositive();
    assertThat(
            back.get("pages_loaded_on_touch").asInt()
                + back.get("pages_loaded_eagerly").asInt()
                + back.get("pages_not_loaded").asInt())
        .isEqualTo(back.get("pages_total").asInt());
    assertThat(back.get("pages_loaded_on_touch").asInt()).isPositive();
    List<Integer> counts = counts(back.get("console").asText());
    assertThat(counts.get(0)).isBetween(4, 20);
    assertThat(counts).hasSizeGreaterThan(2).isEqualTo(upFrom(counts));
    assertThat(marey.run("log", "--json", "mine").json()).isEqualTo(first);

    List<Integer> later =
        counts(
            marey
                .run("revert", "--json", "mine", "S3", "--run", "1s")
                .json()
                .get(0)
                .get("console")
                .asText());
    assertThat(later.get(0)).isGreaterThan(counts.get(0));
    assertThat(later).isEqualTo(upFrom(later));
  }

  private void exportsEachForm(Marey marey) {
    for (String form : List.of("stream", "mapped-ram", "raw", "elf", "device-state")) {
      JsonNode exported =
          marey.run("export", "--json", "mine", "S1", "--as", form, form).succeeded().json().get(0);
      assertThat(exported.get("files"))
          .extracting(JsonNode::asText)
          .containsExactly(folder.resolve(form).toString());
      assertThat(folder.resolve(form)).isNotEmptyFile();
      assertThat(exported.get("loading").asText().contains("-incoming"))
          .isEqualTo(form.equals("stream") || form.equals("mapped-ram"));
    }
    assertThat(marey.run("export", "mine", "S1", "--as", "stream", "again").succeeded().out())
        .startsWith(folder.resolve("again") + "\n\nA QEMU goes on from it with\n")
        .contains(" -incoming 'exec:cat " + folder.resolve("again") + "'\n");
    assertThat(marey.run("export", "mine", "S1", "--as", "raw", "raw"))
        .isEqualTo(
            new Marey.Result(
                1,
                "",
                "marey: Could not export to "
                    + folder.resolve("raw")
                    + ": it is there already. Choose another name.\n"));
    assertThat(marey.run("export", "mine", "S1", "--as", "vmdk", "x").err())
        .isEqualTo(
            "marey: Invalid value for option '--as': 'vmdk' is none of stream, mapped-ram, raw, elf,"
                + " device-state.\nSee: marey export --help\n");
    assertThat(marey.run("export", "mine", "S9", "--as", "raw", "x").exitCode()).isEqualTo(1);
    assertThat(folder.resolve("x")).doesNotExist();
  }

  private static List<Integer> counts(String console) {
    Matcher matcher = Pattern.compile("(?m)^count(?:er)? (\\d+)$").matcher(console);
    return matcher.results().map(found -> Integer.valueOf(found.group(1))).toList();
  }

  private static List<Integer> upFrom(List<Integer> counts) {
    return Stream.iterate(counts.get(0), count -> count + 1).limit(counts.size()).toList();
  }

  /** Sabotage that fails it: addresses given as page numbers, before and after exchanged. */
  @Test
  void diffNamesTheWordTheBareMetalGuestWrote() {
    Marey marey = new Marey(folder);
    List<String> line = new ArrayList<>(List.of("record", "--json"));
    line.addAll(
        List.of(
            "--expect",
            "bare-metal up",
            "--type",
            "q 0",
            "--expect",
            "q 0",
            "--every",
            "700ms",
            "--label",
            "node",
            "--count",
            "2",
            "two",
            "--"));
    line.addAll(TestGuests.bareMetalCommandLine(64));
    line.addAll(List.of("-append", "q"));
    marey.run(line).succeeded();
    JsonNode diff =
        marey.run("diff", "--json", "two", "node 1", "node 2").succeeded().json().get(0);
    List<JsonNode> pages =
        StreamSupport.stream(diff.get("ram").get("pages").spliterator(), false).toList();
    assertThat(diff.get("ram").get("pages_changed").asInt()).isEqualTo(pages.size());
    assertThat(pages)
        .anySatisfy(
            page -> {
              assertThat(page.get("address").asText()).isEqualTo("0x103000");
              assertThat(page.get("bytes_changed").asInt()).isBetween(1, 4);
            });
    assertThat(diff.get("devices"))
        .anySatisfy(
            device -> {
              assertThat(device.get("path").asText()).isEqualTo("timer[0]/cpu_clock_offset");
              assertThat(device.get("before").asText()).isLessThan(device.get("after").asText());
            });
    assertThat(marey.run("diff", "two", "S1", "S2").succeeded().out())
        .startsWith("A: S1 “node 1” (earlier) → B: S2 “node 2”\n")
        .contains("0x103000 ", "DEVICE FIELD");
    assertThat(marey.run("diff", "--html", "page.html", "two", "S1", "S2").succeeded().out())
        .isEqualTo(folder.resolve("page.html") + "\n");
    assertThat(folder.resolve("page.html"))
        .content()
        .containsPattern("<summary>0x103000  (changed|appeared)<");
    assertThat(marey.run("diff", "--html", "page.html", "two", "S1", "S2").err())
        .isEqualTo(
            "marey: Could not export to "
                + folder.resolve("page.html")
                + ": it is there already. Choose another name.\n");
    assertThat(marey.run("diff", "two", "S1", "S9"))
        .isEqualTo(
            new Marey.Result(
                1,
                "",
                "marey: There is no node \"S9\" in this session. It has 2 nodes, S1 to S2. 'marey"
                    + " log' lists them.\n"));
    assertThat(marey.run("revert", "two", "node"))
        .extracting(Marey.Result::exitCode, Marey.Result::err)
        .containsExactly(
            1,
            "marey: There is no node \"node\" in this session. It has 2 nodes, S1 to S2. 'marey"
                + " log' lists them.\n");
    assertThat(marey.run("record", "--demo", "two").err())
        .isEqualTo(
            "marey: Could not create a session in "
                + folder.resolve("two")
                + ": there is one already. Open it, or choose another folder.\n");
  }

  private static Marey.Result bareMetal(Marey marey, String... arguments) {
    List<String> line = new ArrayList<>(List.of("record", "--json", "--every", "200ms"));
    line.addAll(List.of(arguments));
    line.add("--");
    line.addAll(TestGuests.bareMetalCommandLine(64));
    return marey.run(line).succeeded();
  }

  /** What is exported is a stream as QEMU writes it, so it can be imported as one. */
  @Test
  void anExportedStreamBecomesASessionThatCountsOn() {
    Marey marey = new Marey(folder);
    bareMetal(marey, "--expect", "counter 5", "--count", "1", "first").json();
    assertThat(
            marey.run("export", "first", "S1", "--as", "stream", "stream").succeeded().exitCode())
        .isZero();
    List<String> line = new ArrayList<>(List.of("import", "--json", "stream", "second", "--"));
    line.addAll(TestGuests.bareMetalCommandLine(64));
    JsonNode node = marey.run(line).succeeded().json().get(0);
    assertThat(node.get("node").asText()).isEqualTo("S1");
    assertThat(node.get("label").asText()).isEqualTo("stream");
    assertThat(node.get("session").asText()).isEqualTo(folder.resolve("second").toString());
    for (String session : List.of("first", "second")) {
      List<Integer> counts =
          counts(
              marey
                  .run("revert", "--json", session, "S1", "--run", "1s")
                  .succeeded()
                  .json()
                  .get(0)
                  .get("console")
                  .asText());
      assertThat(counts.get(0)).isBetween(5, 9);
      assertThat(counts).isEqualTo(upFrom(counts));
    }
    line.set(2, "none");
    line.set(3, "third");
    assertThat(marey.run(line).err())
        .isEqualTo(
            "marey: Could not import "
                + folder.resolve("none")
                + ": there is no such file. Check the path.\n");
  }

  /** Sabotage that fails it: figures that are never counted, no loader beside the guest. */
  @Test
  void aBusyGuestWritesWhileItIsSavedAndAllItsPagesAreLoadedAfterARevert() {
    Marey marey = new Marey(folder);
    List<JsonNode> nodes =
        bareMetal(
                marey,
                "--expect",
                "counter 1",
                "--type",
                "d 512 12000",
                "--expect",
                "d 512 of 12000",
                "--count",
                "4",
                "busy")
            .json();
    assertThat(nodes)
        .anySatisfy(
            node ->
                assertThat(node.get("pages_written_during_save").asInt())
                    .isPositive()
                    .isLessThanOrEqualTo(node.get("pages_dirty").asInt()));
    JsonNode back =
        marey.run("revert", "--json", "busy", "S4", "--run", "3s").succeeded().json().get(0);
    assertThat(back.get("pages_loaded_eagerly").asInt()).isPositive();
    assertThat(back.get("pages_loaded_on_touch").asInt()).isPositive();
    assertThat(back.get("pages_not_loaded").asInt()).isZero();
  }

  /** Sabotage that fails it: verify that reads nothing. */
  @Test
  void verifyNamesADamagedNodeAndFails() throws IOException {
    Marey marey = new Marey(folder);
    bareMetal(marey, "--count", "2", "mine");
    Path state = folder.resolve("mine/states/S2.state");
    byte[] bytes = Files.readAllBytes(state);
    bytes[bytes.length / 2] ^= 1;
    Files.write(state, bytes, StandardOpenOption.WRITE);
    Marey.Result verified = marey.run("verify", "--json", "mine");
    assertThat(verified.exitCode()).isEqualTo(1);
    JsonNode damaged = verified.json().get(0).get("damaged");
    assertThat(damaged).hasSize(1);
    assertThat(damaged.get(0).get("node").asText()).isEqualTo("S2");
    assertThat(damaged.get(0).get("reason").asText()).isNotEmpty();
    assertThat(marey.run("verify", "mine").out()).contains("2 nodes were read back", "  S2: ");

    Path node = folder.resolve("mine/nodes/S1.node");
    Files.write(node, new byte[] {1, 2, 3});
    JsonNode both = marey.run("verify", "--json", "mine").json().get(0).get("damaged");
    assertThat(both).extracting(each -> each.get("node").asText()).containsExactly("S1", "S2");
  }

  /** Sabotage that fails it: close() that drops the present. */
  @Test
  void anInterruptedRunKeepsThePresentAndOpenGoesOnFromIt() throws Exception {
    Marey marey = new Marey(folder);
    List<String> line = new ArrayList<>(List.of("run", "--headless", "mine", "--"));
    line.addAll(TestGuests.bareMetalCommandLine(64));
    Marey.Result run = interruptedAt(marey, line, "nodes");
    assertThat(run.exitCode()).isEqualTo(130);
    assertThat(run.err()).contains("The present is kept as S1.");
    Marey.Result opened = interruptedAt(marey, List.of("open", "--headless", "mine"), "console");
    assertThat(opened.exitCode()).isEqualTo(130);
    assertThat(opened.err()).contains("The present is kept as S2.");
    List<JsonNode> log = marey.run("log", "--json", "mine").succeeded().json();
    assertThat(log).extracting(node -> node.get("parent").asText()).containsExactly("null", "S1");
    assertThat(log).extracting(node -> node.get("origin").asText()).containsOnly("kept_present");
  }

  private Marey.Result interruptedAt(Marey marey, List<String> line, String subfolder)
      throws InterruptedException {
    Interruption interruption = new Interruption();
    Thread asking =
        new Thread(
            () -> {
              org.awaitility.Awaitility.await()
                  .atMost(java.time.Duration.ofSeconds(60))
                  .until(() -> consoleHasGrown(subfolder));
              interruption.ask(Interruption.SIGINT_EXIT_CODE);
            });
    asking.start();
    Marey.Result result = marey.run(interruption, line);
    asking.join();
    return result;
  }

  private boolean consoleHasGrown(String subfolder) throws IOException {
    Path console = folder.resolve("mine/console");
    int branch = subfolder.equals("console") ? 2 : 1;
    Path log = console.resolve(branch + ".log");
    return Files.exists(log) && Files.size(log) > 20;
  }

  /** Sabotage that fails it: record without a look at the guest. */
  @Test
  void whatDoesNotComeIsToldWithTheConsolesEnd() {
    Marey marey = new Marey(folder);
    List<String> line =
        new ArrayList<>(
            List.of("record", "--expect", "no such words", "--timeout", "2s", "mine", "--"));
    line.addAll(TestGuests.bareMetalCommandLine(64));
    Marey.Result result = marey.run(line);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .startsWith(
            "marey: The guest's console was watched for 'no such words', which did not come within"
                + " 2.00 s. Check it, or give a longer --timeout. The console ends with:\n"
                + "bare-metal up: ");
    assertThat(folder.resolve("mine")).doesNotExist();
  }
}

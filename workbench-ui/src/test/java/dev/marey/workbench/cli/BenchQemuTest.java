package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole benchmark, with small guests and a few snapshots. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class BenchQemuTest {

  private static final List<String> FIELDS =
      List.of(
          "pause_p50_ms",
          "pause_p99_ms",
          "pause_over_background_snapshot",
          "pause_growth_8g_over_1g",
          "guest_progress_1hz",
          "guest_progress_background_snapshot",
          "revert_to_resume_ms",
          "loadvm_over_revert",
          "reopen_to_running_ms",
          "fault_over_floor",
          "diff_ms");

  @TempDir Path folder;

  /** Pages of the trial's load, all of which it writes in a quarter of a second. */
  private static final int LOADED = 4096;

  private static List<Double> samples(JsonNode json, String name) {
    List<Double> values = new ArrayList<>();
    json.path("samples").path(name).forEach(value -> values.add(value.asDouble()));
    assertThat(values).as(name).isNotEmpty();
    return values;
  }

  /**
   * Sabotage that fails it: pauses of another snapshot, bytes that are not those of the files, a
   * revert that is timed from its end.
   */
  @Test
  void figuresAgreeWithWhatElseIsKnownOfThem() throws Exception {
    Path file = folder.resolve("figures.json");
    Marey.Result bench =
        new Marey(folder)
            .run(
                "bench",
                "--trial",
                "--only",
                "pause,background,revert,fault,diff",
                "--folder",
                "scratch",
                "--json",
                file.toString())
            .succeeded();
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertAgrees(json);
    assertThat(bench.out()).contains("our pause").contains("pause_p50_ms");
    assertThat(folder.resolve("scratch")).isEmptyDirectory();
    assertThat(qemus()).isZero();
  }

  @Test
  @Tag("long")
  void thereIsEveryFigure() throws Exception {
    Path file = folder.resolve("figures.json");
    Marey.Result unused =
        new Marey(folder)
            .run("bench", "--trial", "--folder", "scratch", "--json", file.toString())
            .succeeded();
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(FIELDS).allSatisfy(field -> assertThat(json.path(field).asDouble()).isPositive());
    assertAgrees(json);
    assertThat(json.get("reopen_after_main_ms").asDouble())
        .isLessThan(json.get("reopen_to_running_ms").asDouble());
    assertThat(json.get("guest_progress_1hz").asDouble()).isLessThan(1.5);
  }

  private static void assertAgrees(JsonNode json) throws Exception {
    List<Double> pauses = samples(json, "pause_ms");
    List<Double> answers = samples(json, "answer_ms");
    assertThat(pauses).hasSize(3);
    List<Double> ofNodes = samples(json, "pause_of_node_ms");
    List<Double> arm = samples(json, "arm_ms");
    for (int i = 0; i < pauses.size(); i++) {
      assertThat(pauses.get(i)).isCloseTo(ofNodes.get(i), within(0.01));
      // Arming, by our own clock, is a part of it, and it is a part of the whole request.
      assertThat(pauses.get(i)).isBetween(arm.get(i), answers.get(i));
    }
    assertThat(samples(json, "background_snapshot_pause_ms"))
        .allMatch(pause -> pause < json.get("background_snapshot_total_p99_ms").asDouble());
    assertThat(json.get("pages_dirty_per_node").asInt()).isGreaterThanOrEqualTo(LOADED);
    // Half of each page is random: no store keeps it in less.
    double bytes = json.get("bytes_per_node").asDouble();
    assertThat(bytes).isGreaterThan(LOADED * 2048.0);
    assertThat(json.get("session_bytes_per_node").asDouble()).isBetween(bytes * 0.6, bytes * 1.6);
    assertThat(json.get("background_snapshot_bytes").asDouble()).isGreaterThan(LOADED * 4096.0);
    assertThat(json.get("revert_pages").asInt()).isGreaterThanOrEqualTo(LOADED);
    assertThat(json.get("revert_to_resume_ms").asDouble()).isPositive();
    assertThat(json.get("revert_kept_to_resume_ms").asDouble()).isPositive();
    assertThat(json.get("fault_over_floor").asDouble()).isPositive();
    assertThat(json.get("diff_ms").asDouble()).isPositive();
    assertThat(json.get("machine").get("kernel").asText())
        .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
  }

  @Test
  void ctrlCLeavesNeitherProcessesNorFiles() throws Exception {
    Interruption interruption = new Interruption();
    CompletableFuture<Marey.Result> bench =
        CompletableFuture.supplyAsync(
            () ->
                new Marey(folder)
                    .run(
                        interruption,
                        List.of(
                            "bench", "--trial", "--only", "background", "--folder", "scratch")));
    Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> qemus() == 1);

    interruption.ask(Interruption.SIGINT_EXIT_CODE);

    Marey.Result result = bench.get(60, TimeUnit.SECONDS);
    assertThat(result.exitCode()).isEqualTo(Interruption.SIGINT_EXIT_CODE);
    assertThat(result.err()).endsWith("Interrupted; nothing was kept.\n");
    assertThat(folder.resolve("scratch")).isEmptyDirectory();
    assertThat(qemus()).isZero();
  }

  private static long qemus() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("/qemu-system-x86_64"))
        .count();
  }

  @Test
  void whatCannotBeDoneIsSaid() throws Exception {
    Marey marey = new Marey(folder);
    assertThat(marey.run("bench", "out.json").err())
        .startsWith(
            "marey: 'out.json' is one argument too many. To write figures there: --json FILE.");
    assertThat(marey.run("bench", "--snapshots", "0").err())
        .isEqualTo("marey: --snapshots 0 cannot be done. Give a number from 1 to 100000.\n");
    Path file = Files.createFile(folder.resolve("file"));
    assertThat(marey.run("bench", "--folder", file.toString()).err())
        .startsWith("marey: A folder for the benchmark could not be made in " + file + ": ")
        .endsWith(". Name another with --folder.\n");
    assertThat(marey.run("bench", "--only", "speed").err()).contains("speed");
  }
}

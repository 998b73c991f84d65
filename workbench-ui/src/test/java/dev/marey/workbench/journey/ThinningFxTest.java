package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marey.snapshot.testing.ChildJvm;
import dev.marey.workbench.Launcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Automatic nodes of a guest are thinned out by hand, after a look at what would go; the strip and
 * the status bar tell what {@code marey log} and the disk tell.
 *
 * <p>Sabotage that fails it: marks on other nodes than those that go; pages written instead of
 * pages changed in the strip; a budget that is not kept.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class ThinningFxTest extends WindowJourney {

  private static final int NODES = 9;
  private static final Pattern COUNT = Pattern.compile("delete (\\d+) automatic nodes? for good");

  @Override
  RealWindow begin() {
    return withBareMetal("-no-reboot");
  }

  @Test
  void whatThePreviewMarksGoesAndEverythingElseStays() throws Exception {
    takeByThemselves();
    window.clickOn("#node-S3");
    window.stroke(KeyCode.P);
    window.awaitTrue("pinned", () -> spoken("#node-S3").contains(", pinned"));
    Map<String, String> before = nodes();
    assertThat(before).hasSizeGreaterThanOrEqualTo(NODES);

    preview();
    List<String> marked =
        nodes().entrySet().stream()
            .filter(node -> node.getValue().endsWith(", thinning would delete it"))
            .map(Map.Entry::getKey)
            .toList();
    assertThat(marked).isNotEmpty().doesNotContain("S1", "S3");
    assertThat(marked).hasSize(Integer.parseInt(notice().group(1)));
    assertThat(nodes().keySet()).as("a preview deletes nothing").isEqualTo(before.keySet());

    window.clickOn("#thinning-notice-close");
    window.awaitTrue("no marks", () -> nodes().equals(before));

    preview();
    window.clickOn("#thinning-apply");
    window.awaitTrue("thinned", () -> nodes().size() == before.size() - marked.size());
    window.stroke(KeyCode.ESCAPE);
    window.awaitTrue("the strip up to now", () -> strip().size() == nodes().size());
    Map<String, String> strip = strip();
    window.close();

    List<String> left = new ArrayList<>(before.keySet());
    left.removeAll(marked);
    Map<String, String> told = new TreeMap<>();
    for (JsonNode node : log()) {
      String id = node.get("node").asText();
      int changed = node.get("pages_changed").asInt();
      assertThat(changed).as("pages of %s", id).isPositive();
      if (!node.get("origin").asText().equals("kept_present")) {
        told.put(id, "%s: %,d pages changed".formatted(id, changed));
      }
    }
    assertThat(told.keySet()).containsExactlyInAnyOrderElementsOf(left);
    assertThat(strip).isEqualTo(told);
  }

  @Test
  void theStatusBarTellsWhatTheSessionTakesAndItsBudgetIsKept() throws Exception {
    window.shortcut(KeyCode.S);
    window.awaitTrue("S1", () -> window.seen("#node-S1") && !window.has("#node-S1", "saving"));
    window.awaitTrue("size", () -> window.text("#status-size").endsWith(" of 5 GB"));
    askBudget("plenty");
    window.awaitTrue("still", () -> window.text("#status-size").endsWith(" of 5 GB"));
    askBudget("700 mb");
    window.awaitTrue("budget", () -> window.text("#status-size").endsWith(" of 700 MB"));
    Matcher size =
        Pattern.compile("session (\\d+) (kB|MB) of 700 MB").matcher(window.text("#status-size"));
    assertThat(size.matches()).isTrue();
    long bytes = Long.parseLong(size.group(1)) * (size.group(2).equals("kB") ? 1000 : 1_000_000);
    assertThat(onDisk(session())).isBetween(bytes / 2, bytes * 3);
    window.close();
    window = RealWindow.open(home, "open", session().toString());
    window.awaitTrue("budget again", () -> window.text("#status-size").endsWith(" of 700 MB"));
  }

  private void askBudget(String text) {
    window.clickOn("#menu-file");
    window.clickOn("#menu-file-budget");
    window.awaitSeen("#dialog-text");
    window.stroke(KeyCode.CONTROL, KeyCode.A);
    window.typeLine(text);
    window.awaitGone("#dialog-text");
  }

  private void takeByThemselves() {
    auto("1s");
    window.awaitTrue("nodes", () -> window.seen("#node-S" + NODES));
    auto("off");
    window.awaitTrue(
        "saved", () -> nodes().values().stream().noneMatch(text -> text.contains("being saved")));
  }

  private void auto(String every) {
    window.clickOn("#menu-guest");
    window.awaitSeen("Auto-snapshots");
    window.clickOn("Auto-snapshots");
    window.awaitSeen("#menu-auto-" + every);
    window.clickOn("#menu-auto-" + every);
    window.awaitGone("#menu-auto-" + every);
  }

  private void preview() {
    window.clickOn("#menu-time");
    window.clickOn("#menu-time-thin");
    window.awaitSeen("#thinning-apply");
  }

  private Matcher notice() {
    String words =
        RealWindow.onFx(
            () ->
                window.lookup("#thinning-notice .label").queryAll().stream()
                    .map(RealWindow::words)
                    .reduce("", String::concat));
    Matcher count = COUNT.matcher(words);
    assertThat(count.find()).as(words).isTrue();
    assertThat(words).containsPattern("free about \\d+ [kM]?B");
    return count;
  }

  /** What is told of each node on the timeline, by its name. */
  private Map<String, String> nodes() {
    return told(".timeline-node", "node-");
  }

  private Map<String, String> strip() {
    return told(".pages", "epoch-");
  }

  private Map<String, String> told(String style, String prefix) {
    return RealWindow.onFx(
        () -> {
          Map<String, String> told = new TreeMap<>();
          for (javafx.scene.Node node : window.lookup(style).queryAll()) {
            if (node.getId() != null && node.getId().startsWith(prefix)) {
              told.put(node.getId().substring(prefix.length()), node.getAccessibleText());
            }
          }
          return told;
        });
  }

  private String spoken(String query) {
    return RealWindow.onFx(() -> window.lookup(query).query().getAccessibleText());
  }

  private Path session() throws IOException {
    try (Stream<Path> all = Files.walk(home)) {
      return all.filter(file -> file.endsWith("session"))
          .map(Path::getParent)
          .findFirst()
          .orElseThrow();
    }
  }

  private static long onDisk(Path folder) throws Exception {
    Process du = new ProcessBuilder("du", "-s", "-B1", folder.toString()).start();
    String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(du.waitFor()).isZero();
    return Long.parseLong(said.substring(0, said.indexOf('\t')));
  }

  /** As a person sees it in a terminal. */
  private List<JsonNode> log() throws Exception {
    Process log =
        ChildJvm.start(ChildJvm.command(Launcher.class, "log", "--json", session().toString()));
    String said = new String(log.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(log.waitFor()).as(said).isZero();
    List<JsonNode> nodes = new ArrayList<>();
    for (String line : said.lines().toList()) {
      nodes.add(new ObjectMapper().readTree(line));
    }
    return nodes;
  }
}

package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.snapshot.testing.SmallSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sabotage of each: one of the marks not written, or not read; a check left out. */
final class MarkCommandTest {

  private static final String NOTE = "The second interrupt is lost here, always\nsee the mail";

  @TempDir Path folder;
  private Marey marey = new Marey(Path.of(""));

  @BeforeEach
  void makeSession() throws Exception {
    SmallSession.withTwoNodes(folder.resolve("mine")).close();
    marey = new Marey(folder);
  }

  private List<String> log(String... words) {
    List<String> line = new ArrayList<>(List.of("log", "mine"));
    line.addAll(List.of(words));
    return marey.run(line).succeeded().out().lines().toList();
  }

  @Test
  void whatIsWrittenOnANodeIsInTheLog() {
    assertThat(
            marey
                .run(
                    "mark",
                    "mine",
                    "S1",
                    "--label",
                    "boot",
                    "--note",
                    NOTE,
                    "--tag",
                    "net",
                    "--tag",
                    "After login",
                    "--pin")
                .succeeded())
        .isEqualTo(
            new Marey.Result(
                0,
                "S1  boot [pinned] [tags: After login, net] [note: The second interrupt is lost"
                    + " here, alwa…]\n",
                ""));
    assertThat(log().get(2))
        .endsWith(
            "  boot [pinned] [tags: After login, net] [note: The second interrupt is lost here,"
                + " alwa…]");
    JsonNode node = marey.run("log", "--json", "mine").succeeded().json().get(0);
    assertThat(node.get("label").asText()).isEqualTo("boot");
    assertThat(node.get("note").asText()).isEqualTo(NOTE);
    assertThat(node.get("pinned").asBoolean()).isTrue();
    assertThat(node.get("tags")).hasToString("[\"After login\",\"net\"]");
  }

  @Test
  void whatIsNotNamedStaysAndMarksAreTakenAwayAgain() {
    marey.run("mark", "mine", "S2", "--tag", "a", "--tag", "b", "--note", "n", "--pin").succeeded();
    JsonNode marked =
        marey.run("mark", "--json", "mine", "S2", "--untag", "a", "--tag", "c").json().get(0);
    assertThat(marked.get("tags")).hasToString("[\"b\",\"c\"]");
    assertThat(marked.get("note").asText()).isEqualTo("n");
    assertThat(marked.get("pinned").asBoolean()).isTrue();
    assertThat(
            marey.run(
                "mark", "mine", "S2", "--untag", "b", "--untag", "c", "--note", "", "--unpin"))
        .isEqualTo(new Marey.Result(0, "S2 has no label, note, tags or pin.\n", ""));
  }

  @Test
  void theLogOfATagHasTheNodesWithItAndTheirPlaceInTheTree() {
    marey.run("mark", "mine", "S1", "--tag", "a").succeeded();
    marey.run("mark", "mine", "S2", "--tag", "a", "--tag", "b").succeeded();
    assertThat(log("--tag", "a")).hasSize(4);
    assertThat(log("--tag", "a", "--tag", "b")).hasSize(3);
    assertThat(log("--tag", "b").get(2)).startsWith("*     S2 ");
    assertThat(log("--json", "--tag", "b")).singleElement().asString().contains("\"node\":\"S2\"");
    assertThat(log("--tag", "b", "--tag", "x").get(1))
        .isEqualTo("None of them has the tag b and the tag x.");
    assertThat(log("--json", "--tag", "x")).isEmpty();
  }

  @Test
  void whatCannotBeWrittenIsToldAndNothingIsWritten() {
    marey.run("mark", "mine", "S1", "--tag", "a").succeeded();
    refused(
        2,
        "Nothing was given to write on the node. Add --label, --note, --tag, --untag, --pin or"
            + " --unpin.");
    refused(2, "--pin and --unpin were both given. Leave one of them out.", "--pin", "--unpin");
    refused(
        2, "--tag and --untag both name \"x\". Leave one of them out.", "--tag=x", "--untag= x");
    refused(2, "A tag is empty. Give it a word.", "--label=y", "--tag=");
    refused(
        2,
        "The tag \"x,y\" has a comma, which stands between tags. Leave it out.",
        "--pin",
        "--tag=x,y");
    refused(2, "The --label has a control character. Leave it out.", "--label=x\ny");
    refused(2, "The --note has a control character. Leave it out.", "--note=\u001b[2J");
    refused(1, "S1 has no tag \"x\". Its tags are: a.", "--label=y", "--untag=x");
    assertThat(marey.run("mark", "mine", "S2", "--untag", "x").err())
        .isEqualTo("marey: S2 has no tag \"x\". It has no tags at all.\n");
    assertThat(marey.run("mark", "mine", "S7", "--pin"))
        .isEqualTo(
            new Marey.Result(
                1,
                "",
                "marey: There is no node \"S7\" in this session. It has 2 nodes, S1 to S2. 'marey"
                    + " log' lists them.\n"));
    JsonNode node = marey.run("log", "--json", "mine").succeeded().json().get(0);
    assertThat(node.get("tags")).hasToString("[\"a\"]");
    assertThat(node.get("label").asText()).isEmpty();
    assertThat(node.get("pinned").asBoolean()).isFalse();
  }

  private void refused(int exitCode, String why, String... options) {
    List<String> line = new ArrayList<>(List.of("mark", "mine", "S1"));
    line.addAll(List.of(options));
    assertThat(marey.run(line)).isEqualTo(new Marey.Result(exitCode, "", "marey: " + why + "\n"));
  }
}

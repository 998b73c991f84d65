package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.workbench.settings.Folders;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ConsoleStepTest {

  @TempDir Path folder;

  @Test
  void expectAndTypeKeepTheirOrder() {
    RecordCommand record = new RecordCommand(terminal(), Optional.empty());
    new CommandLine(record)
        .parseArgs(
            "--expect", "demo# ", "--type", "count", "--type", "x", "--expect", "count 2", "s");
    List<String> steps =
        record.steps.stream()
            .map(step -> step.types() ? "type " + step.type : "expect " + step.expect)
            .toList();
    assertThat(steps)
        .containsExactly("expect demo# ", "type count\n", "type x\n", "expect count 2");
    assertThat(record.session).contains("s");
  }

  @Test
  void enterIsAddedUnlessItIsThereOrLeftOut() {
    ConsoleStep.Typing typing = new ConsoleStep.Typing();
    assertThat(typing.convert("scribble")).isEqualTo("scribble\n");
    assertThat(typing.convert("scribble\\n")).isEqualTo("scribble\n");
    assertThat(typing.convert("scribble\n")).isEqualTo("scribble\n");
    assertThat(typing.convert("y\\c")).isEqualTo("y");
    assertThat(typing.convert("\\x03\\c")).isEqualTo("\u0003");
    assertThat(typing.convert("a\\\\b\\t")).isEqualTo("a\\b\t\n");
    assertThatThrownBy(() -> typing.convert("\\xg"))
        .hasMessage("'\\xg': \\x needs two hexadecimal digits, as in \\x03");
  }

  @Test
  void aBrokenRegularExpressionIsNamed() {
    assertThatThrownBy(() -> new ConsoleStep.Expectation().convert("a(b"))
        .hasMessage("'a(b' is no regular expression: Unclosed group");
  }

  private Terminal terminal() {
    return new Terminal(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        InputStream.nullInputStream(),
        new Folders(folder, folder, folder),
        folder,
        new Interruption(),
        new FakeDesktop(false));
  }
}

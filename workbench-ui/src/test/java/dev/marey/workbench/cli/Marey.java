package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marey.workbench.settings.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** The real command line in this process, with streams and folders of the test's. */
record Marey(Path folder) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a command left behind. */
  record Result(int exitCode, String out, String err) {

    /** Fails with its words unless it succeeded. */
    Result succeeded() {
      assertThat(exitCode).as("%s%s", out, err).isZero();
      return this;
    }

    /** Its lines, each of which must be one JSON object. */
    List<JsonNode> json() {
      return out.lines().map(Result::object).toList();
    }

    private static JsonNode object(String line) {
      try {
        JsonNode node = JSON.readTree(line);
        assertThat(node.isObject()).as(line).isTrue();
        return node;
      } catch (IOException e) {
        throw new UncheckedIOException(line, e);
      }
    }
  }

  Result run(String... arguments) {
    return run(new Interruption(), List.of(arguments));
  }

  Result run(List<String> arguments) {
    return run(new Interruption(), arguments);
  }

  Result run(Interruption interruption, List<String> arguments) {
    return run(interruption, new FakeDesktop(false), arguments);
  }

  /** On a machine with or without a display. */
  Result run(Desktop desktop, String... arguments) {
    return run(new Interruption(), desktop, List.of(arguments));
  }

  private Result run(Interruption interruption, Desktop desktop, List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Terminal terminal =
        new Terminal(
            new PrintWriter(out),
            new PrintWriter(err),
            InputStream.nullInputStream(),
            new Folders(folder.resolve("config"), folder.resolve("data"), folder.resolve("cache")),
            folder,
            interruption,
            desktop);
    int exitCode = CommandLineTool.run(terminal, arguments);
    return new Result(exitCode, out.toString(), err.toString());
  }
}

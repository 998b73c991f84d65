package dev.marey.workbench.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeExport;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/**
 * Writes a node into a file that other tools read.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "export",
    description = "Write a node into a file that other tools read.",
    customSynopsis = "marey export [--json] SESSION NODE --as FORM FILE",
    footer = {
      "",
      "stream        QEMU's migration stream; the line that goes on from it is printed, and the"
          + " guest's disks lie beside it",
      "mapped-ram    the same for QEMU 9 and newer, which loads it faster",
      "raw           RAM, every page at its own offset, holes for zeroes",
      "elf           an ELF core by physical addresses, for gdb and crash",
      "device-state  registers and devices as JSON"
    })
final class ExportCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "SESSION",
      description = "the session's folder, its name, or a bundle")
  String session = "";

  @Parameters(index = "1", paramLabel = "NODE", description = "such as S3, or its label")
  String node = "";

  @Parameters(index = "2", paramLabel = "FILE", description = "must not be there yet")
  Path file = Path.of("");

  @Option(
      names = "--as",
      required = true,
      paramLabel = "FORM",
      completionCandidates = Forms.class,
      converter = FormConverter.class,
      description = "${COMPLETION-CANDIDATES}")
  NodeExport.Form form = NodeExport.Form.STREAM;

  ExportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The names of all forms. */
  static final class Forms implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return names().iterator();
    }
  }

  /** Reads a form's name. */
  static final class FormConverter implements ITypeConverter<NodeExport.Form> {
    @Override
    public NodeExport.Form convert(String value) {
      return Arrays.stream(NodeExport.Form.values())
          .filter(form -> name(form).equals(value.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'" + value + "' is none of " + String.join(", ", names().toList())));
    }
  }

  private static Stream<String> names() {
    return Arrays.stream(NodeExport.Form.values()).map(ExportCommand::name);
  }

  private static String name(NodeExport.Form form) {
    return form.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public Integer call() throws SnapshotException, InterruptedByPersonException {
    try (Session open = OpenedSession.toRead(terminal, session)) {
      Node found = open.resolve(node);
      NodeExport.Exported exported = write(new NodeExport(open, found.id()));
      if (terminal.json()) {
        ObjectNode json = Terminal.object().put("node", found.id().toString());
        ArrayNode files = json.putArray("files");
        exported.files().forEach(written -> files.add(written.toString()));
        json.put("loading", exported.loading());
        terminal.print(json);
      } else {
        exported.files().forEach(written -> terminal.print(written.toString()));
        if (!exported.loading().isEmpty()) {
          terminal.print("");
          terminal.print("A QEMU goes on from it with");
          terminal.print(exported.loading());
        }
      }
    }
    return CommandLineTool.SUCCESS;
  }

  private NodeExport.Exported write(NodeExport export)
      throws SnapshotException, InterruptedByPersonException {
    try {
      return export.write(
          form,
          terminal.workingFolder().resolve(file),
          new Patience(terminal, "Writing " + file.getFileName())::at);
    } catch (SnapshotException e) {
      if (terminal.interruption().asked()) {
        throw new InterruptedByPersonException();
      }
      throw e;
    }
  }
}

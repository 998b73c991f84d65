package dev.marey.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.machine.guest.PreparedGuests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What QEMU programs have answered, in a file of the user's cache, so that a session that is opened
 * need not ask again. An answer counts for the file that gave it: same path, size and time of
 * change. A script is asked each time, since the program it runs may have changed. The file may be
 * lost, be damaged or be written by two processes at once: then a program is asked again.
 *
 * <p>Threading: any.
 */
final class QemuAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(QemuAnswers.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  /** The newest come first. */
  private static final int KEPT = 8;

  private final Path folder;
  private final Path file;

  /** {@code folder}: where the file is; need not be there yet. */
  QemuAnswers(Path folder) {
    this.folder = folder;
    this.file = folder.resolve("qemu-programs.json");
  }

  static QemuAnswers ofThisUser() {
    return new QemuAnswers(
        PreparedGuests.cacheFolder(System.getenv(), Path.of(System.getProperty("user.home"))));
  }

  Optional<QemuBinary> find(Path program, FileTime modified, long sizeBytes) {
    for (JsonNode answer : read()) {
      if (isOf(answer, program)
          && answer.path("modified").asText().equals(modified.toString())
          && answer.path("bytes").asLong() == sizeBytes) {
        return binary(program, answer);
      }
    }
    return Optional.empty();
  }

  private static boolean isOf(JsonNode answer, Path program) {
    return answer.path("path").asText().equals(program.toString());
  }

  private static Optional<QemuBinary> binary(Path program, JsonNode answer) {
    String version = answer.path("version").asText();
    String machine = answer.path("default_machine").asText();
    Map<String, String> ramIds = new HashMap<>();
    for (Map.Entry<String, JsonNode> id : answer.path("ram_ids").properties()) {
      ramIds.put(id.getKey(), id.getValue().asText());
    }
    return version.isEmpty() || machine.isEmpty() || ramIds.isEmpty()
        ? Optional.empty()
        : Optional.of(new QemuBinary(program, version, machine, ramIds));
  }

  void add(QemuBinary binary, FileTime modified, long sizeBytes) {
    if (!isProgram(binary.path())) {
      return;
    }
    ArrayNode answers = JSON.createArrayNode();
    ObjectNode answer = answers.addObject();
    answer.put("path", binary.path().toString());
    answer.put("modified", modified.toString());
    answer.put("bytes", sizeBytes);
    answer.put("version", binary.version());
    answer.put("default_machine", binary.defaultMachine());
    binary.ramIds().forEach(answer.putObject("ram_ids")::put);
    for (JsonNode other : read()) {
      if (!isOf(other, binary.path()) && answers.size() < KEPT) {
        answers.add(other);
      }
    }
    try {
      Path unused = Files.createDirectories(folder);
      Path fresh = Files.createTempFile(folder, "qemu-programs", ".json");
      try {
        Files.write(fresh, JSON.writeValueAsBytes(answers));
        unused = Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      LOG.debug("what {} answered is not kept", binary.path(), e);
    }
  }

  /** Whether it is an ELF file. */
  private static boolean isProgram(Path path) {
    try (InputStream file = Files.newInputStream(path)) {
      return Arrays.equals(file.readNBytes(ELF.length), ELF);
    } catch (IOException e) {
      return false;
    }
  }

  private JsonNode read() {
    try {
      JsonNode all = JSON.readTree(Files.readAllBytes(file));
      return all.isArray() ? all : JSON.createArrayNode();
    } catch (IOException e) {
      return JSON.createArrayNode();
    }
  }
}

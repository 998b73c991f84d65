package dev.marey.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a {@code qemu-system-x86_64} says about itself.
 *
 * @param path where it is
 * @param version such as {@code 7.2.22}
 * @param defaultMachine what it starts without {@code -machine}
 * @param ramIds the name of the main RAM block, by machine type and by alias
 */
public record QemuBinary(
    Path path, String version, String defaultMachine, Map<String, String> ramIds) {

  /** The oldest QEMU that captures and reverts were tried with. */
  public static final String OLDEST_VERSION = "7.2";

  private static final Logger LOG = LoggerFactory.getLogger(QemuBinary.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PROBE_SECONDS = 20;

  private record Key(Path path, FileTime modified, long sizeBytes) {}

  // facts about files that do not change: asking the same file twice would only cost time
  private static final Map<Key, QemuBinary> KNOWN = new ConcurrentHashMap<>();

  public QemuBinary {
    ramIds = Map.copyOf(ramIds);
  }

  /**
   * Finds the program as a shell would.
   *
   * @param program a path, or a name looked up in {@code PATH}
   */
  public static Path find(String program, Path workingDirectory) throws MachineException {
    if (program.contains("/")) {
      Path path = workingDirectory.resolve(program).normalize();
      if (Files.isExecutable(path) && Files.isRegularFile(path)) {
        return path;
      }
      throw new MachineException(
          "There is no program at " + path + ". Check the first word of the command line.");
    }
    for (String folder : System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
      Path path = Path.of(folder.isEmpty() ? "." : folder, program).toAbsolutePath();
      if (Files.isExecutable(path) && Files.isRegularFile(path)) {
        return path;
      }
    }
    throw new MachineException(
        "There is no program named "
            + program
            + " on the PATH. Install QEMU (Debian: apt install qemu-system-x86) or give its full"
            + " path.");
  }

  /**
   * Asks the program, in some 100 ms, or remembers what the same file answered before, in another
   * process perhaps.
   *
   * @throws MachineException when it is no QEMU for x86-64, too old, or does not start, with its
   *     own words
   */
  public static QemuBinary probe(Path path) throws MachineException {
    try {
      Key key = new Key(path, Files.getLastModifiedTime(path), Files.size(path));
      QemuBinary known = KNOWN.get(key);
      if (known == null) {
        QemuAnswers remembered = QemuAnswers.ofThisUser();
        known = remembered.find(path, key.modified(), key.sizeBytes()).orElse(null);
        if (known == null) {
          known = ask(path);
          remembered.add(known, key.modified(), key.sizeBytes());
        }
        KNOWN.put(key, known);
      }
      return known;
    } catch (IOException e) {
      throw new MachineException("Starting " + path + " to ask for its version failed: " + e, e);
    }
  }

  /** The name of the main RAM block of a machine type; an empty type is the default one. */
  public String ramId(String machineType) throws MachineException {
    String type = machineType.isEmpty() ? defaultMachine : machineType;
    String id = ramIds.get(type);
    if (id == null) {
      throw new MachineException(
          path
              + " has no machine type '"
              + type
              + "' with RAM that Marey could provide. See what it"
              + " has with: "
              + path.getFileName()
              + " -machine help");
    }
    return id;
  }

  private static QemuBinary ask(Path path) throws IOException, MachineException {
    Process process =
        new ProcessBuilder(
                path.toString(),
                "-machine",
                "none",
                "-nodefaults",
                "-display",
                "none",
                "-qmp",
                "stdio")
            .redirectErrorStream(true)
            .start();
    StringBuilder words = new StringBuilder();
    Map<String, JsonNode> answers = new HashMap<>();
    Thread overdue = new Thread(() -> killLate(process), "qemu probe watch");
    overdue.setDaemon(true);
    overdue.start();
    OutputStream input = process.getOutputStream();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      send(input);
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Optional<JsonNode> message = json(line);
        if (message.isEmpty()) {
          words.append(line).append('\n');
        } else if (message.get().has("return") && message.get().has("id")) {
          answers.put(message.get().get("id").asText(), message.get().get("return"));
        }
      }
    } finally {
      process.destroyForcibly();
      overdue.interrupt();
      closeQuietly(input);
    }
    if (!answers.keySet().containsAll(List.of("version", "target", "machines"))) {
      throw new MachineException(
          path
              + " does not answer as a QEMU system emulator does. Give a qemu-system-x86_64. It"
              + " said: "
              + words.toString().strip());
    }
    return read(path, answers);
  }

  private static QemuBinary read(Path path, Map<String, JsonNode> answers) throws MachineException {
    String architecture = answers.getOrDefault("target", JSON.nullNode()).path("arch").asText();
    if (!architecture.equals("x86_64")) {
      throw new MachineException(
          path
              + " emulates "
              + architecture
              + ". Marey reads x86-64 guests only: use"
              + " qemu-system-x86_64.");
    }
    JsonNode numbers = answers.getOrDefault("version", JSON.nullNode()).path("qemu");
    int major = numbers.path("major").asInt();
    int minor = numbers.path("minor").asInt();
    String version = major + "." + minor + "." + numbers.path("micro").asInt();
    if (major < 7 || (major == 7 && minor < 2)) {
      throw new MachineException(
          path
              + " is QEMU "
              + version
              + ". Marey needs "
              + OLDEST_VERSION
              + " or newer: Debian 12"
              + " has it (apt install qemu-system-x86).");
    }
    Map<String, String> ramIds = new HashMap<>();
    String defaultMachine = "pc";
    for (JsonNode machine : answers.getOrDefault("machines", JSON.createArrayNode())) {
      String name = machine.path("name").asText();
      if (machine.path("is-default").asBoolean()) {
        defaultMachine = name;
      }
      if (machine.has("default-ram-id")) {
        ramIds.put(name, machine.get("default-ram-id").asText());
        if (machine.has("alias")) {
          ramIds.put(machine.get("alias").asText(), machine.get("default-ram-id").asText());
        }
      }
    }
    return new QemuBinary(path, version, defaultMachine, ramIds);
  }

  private static void send(OutputStream input) {
    String questions =
        """
        {"execute": "qmp_capabilities"}
        {"execute": "query-version", "id": "version"}
        {"execute": "query-target", "id": "target"}
        {"execute": "query-machines", "id": "machines"}
        {"execute": "quit"}
        """;
    try {
      input.write(questions.getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      LOG.debug("it ended before it read; what it printed tells why", e);
    }
  }

  private static void closeQuietly(OutputStream input) {
    try {
      input.close();
    } catch (IOException e) {
      LOG.debug("it ended before it read all", e);
    }
  }

  private static Optional<JsonNode> json(String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(line));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void killLate(Process process) {
    try {
      if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      // the answer is there
      Thread.currentThread().interrupt();
    }
  }
}

package dev.marey.machine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A guest as Marey starts it, any number of times: an accepted command line, taken apart. Made by
 * {@link dev.marey.machine.options.CommandLine#accept()}.
 *
 * @param qemu the program
 * @param words the line as the person gave it, split into words
 * @param machineType value of {@code -machine}; empty for QEMU's default
 * @param machineOptions its other properties, separated by commas; may be empty
 * @param ramBytes size of guest RAM
 * @param arguments what each QEMU of this guest gets, as it is but for {@link #CONSOLE_SOCKET} and
 *     {@link #DISK_SOCKET}
 * @param console whether the arguments name {@link #CONSOLE_SOCKET}
 * @param screen whether the person wants to see a screen
 * @param startPaused whether the person asked for {@code -S}
 * @param portForwards host ports to open for whichever machine is live
 * @param gdb where the person asked for a gdb server, such as {@code tcp::1234}
 * @param disks what the guest writes, in the order of the line; the arguments name {@link
 *     #DISK_SOCKET} if there are any
 * @param notices what was left out or changed, one sentence each, for people
 */
public record GuestDefinition(
    Path qemu,
    List<String> words,
    String machineType,
    String machineOptions,
    long ramBytes,
    List<String> arguments,
    boolean console,
    boolean screen,
    boolean startPaused,
    List<PortForward> portForwards,
    Optional<String> gdb,
    List<DiskDefinition> disks,
    List<String> notices) {

  /**
   * Stands in {@link #arguments} for the socket of the console, which is another in each process.
   */
  public static final String CONSOLE_SOCKET = "{marey.console}";

  /** Stands in {@link #arguments} for the socket that the guest's disks are reached by. */
  public static final String DISK_SOCKET = "{marey.disks}";

  /** Properties of a drive, with commas or in JSON; see qemu(1). */
  private static final Pattern PINNING =
      Pattern.compile(
          "\\baio\"?[=:]\\s*\"?(native|io_uring)"
              + "|\\bcache=(none|directsync)"
              + "|\\bdirect\"?[=:]\\s*\"?(on|true|yes)");

  private static final ObjectMapper JSON = new ObjectMapper();

  public GuestDefinition {
    words = List.copyOf(words);
    arguments = List.copyOf(arguments);
    portForwards = List.copyOf(portForwards);
    disks = List.copyOf(disks);
    notices = List.copyOf(notices);
  }

  /**
   * Whether the host's kernel may write to guest RAM without a page fault: a disk that is read past
   * the page cache, or asynchronously, has pages pinned before the write.
   */
  public boolean pinsMemory() {
    return arguments.stream().anyMatch(argument -> PINNING.matcher(argument).find());
  }

  /** One JSON object with every component; {@link #fromJson} gives an equal definition. */
  public String toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("qemu", qemu.toString());
    node.set("words", strings(words));
    node.put("machineType", machineType);
    node.put("machineOptions", machineOptions);
    node.put("ramBytes", ramBytes);
    node.set("arguments", strings(arguments));
    node.put("console", console);
    node.put("screen", screen);
    node.put("startPaused", startPaused);
    ArrayNode forwards = node.putArray("portForwards");
    for (PortForward forward : portForwards) {
      forwards.addObject().put("network", forward.network()).put("rule", forward.rule());
    }
    gdb.ifPresent(where -> node.put("gdb", where));
    ArrayNode written = node.putArray("disks");
    for (DiskDefinition disk : disks) {
      ObjectNode entry = written.addObject();
      entry.put("name", disk.name()).put("option", disk.option());
      entry.put("image", disk.image().toString()).put("raw", disk.raw());
      entry.set("reading", strings(disk.reading()));
    }
    node.set("notices", strings(notices));
    return node.toPrettyString();
  }

  /**
   * Reads {@link #toJson()}.
   *
   * @throws MachineException when the text is damaged or a component is missing
   */
  public static GuestDefinition fromJson(String json) throws MachineException {
    try {
      JsonNode node = JSON.readTree(json);
      List<PortForward> forwards = new ArrayList<>();
      for (JsonNode forward : node.required("portForwards")) {
        forwards.add(
            new PortForward(
                forward.required("network").asText(), forward.required("rule").asText()));
      }
      return new GuestDefinition(
          Path.of(node.required("qemu").asText()),
          strings(node.required("words")),
          node.required("machineType").asText(),
          node.required("machineOptions").asText(),
          node.required("ramBytes").asLong(),
          strings(node.required("arguments")),
          node.required("console").asBoolean(),
          node.required("screen").asBoolean(),
          node.required("startPaused").asBoolean(),
          forwards,
          node.has("gdb") ? Optional.of(node.get("gdb").asText()) : Optional.empty(),
          disks(node.path("disks")),
          strings(node.required("notices")));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new MachineException(
          "The description of the guest cannot be read; it is damaged: " + e.getMessage(), e);
    }
  }

  /** None in a definition that was written before there were any. */
  private static List<DiskDefinition> disks(JsonNode array) {
    List<DiskDefinition> disks = new ArrayList<>();
    for (JsonNode disk : array) {
      disks.add(
          new DiskDefinition(
              disk.required("name").asText(),
              disk.required("option").asText(),
              Path.of(disk.required("image").asText()),
              disk.required("raw").asBoolean(),
              strings(disk.required("reading"))));
    }
    return disks;
  }

  private static ArrayNode strings(List<String> values) {
    ArrayNode array = JSON.createArrayNode();
    values.forEach(array::add);
    return array;
  }

  private static List<String> strings(JsonNode array) {
    List<String> values = new ArrayList<>();
    array.forEach(value -> values.add(value.asText()));
    return values;
  }
}

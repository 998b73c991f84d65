package dev.marey.machine.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * QEMU's description of the fields of every device section, the JSON behind a migration stream. The
 * text is kept as QEMU wrote it: machines of the same shape give the same text, so that it can be
 * stored once per {@link #digest()}. Immutable.
 */
public final class StateDescription {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String json;
  private final Map<SectionName, Shape> devices;

  private record SectionName(String name, long instance) {}

  private StateDescription(String json, Map<SectionName, Shape> devices) {
    this.json = json;
    this.devices = devices;
  }

  /**
   * Reads the text that {@link #json()} gives.
   *
   * @throws StateFormatException if it is no JSON, or not of the form QEMU writes
   */
  public static StateDescription parse(String json) throws StateFormatException {
    return parse(json, 0);
  }

  static StateDescription parse(String json, int offset) throws StateFormatException {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new StateFormatException(
          offset, "expected a description in JSON: " + e.getOriginalMessage(), e);
    }
    if (!root.path("devices").isArray()) {
      throw new StateFormatException(offset, "expected a description with a list of devices");
    }
    Map<SectionName, Shape> devices = new HashMap<>();
    for (JsonNode device : root.path("devices")) {
      SectionName name =
          new SectionName(text(device, "name", offset), number(device, "instance_id", offset));
      devices.put(name, shape(device, offset));
    }
    return new StateDescription(json, Map.copyOf(devices));
  }

  /** The description as QEMU wrote it. */
  public String json() {
    return json;
  }

  /** SHA-256 of the text, 64 lower-case hexadecimal digits. */
  public String digest() {
    return DeviceState.sha256(ByteBuffer.wrap(json.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** How many device sections it describes. */
  public int deviceCount() {
    return devices.size();
  }

  /** Layout of a device section in the version it was described with. */
  Optional<Shape> shape(String name, long instance) {
    return Optional.ofNullable(devices.get(new SectionName(name, instance)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StateDescription that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public String toString() {
    return "StateDescription[" + devices.size() + " devices]";
  }

  private static Shape shape(JsonNode node, int offset) throws StateFormatException {
    List<Shape.Field> fields = new ArrayList<>();
    for (JsonNode field : node.path("fields")) {
      fields.add(field(field, offset));
    }
    List<Shape> subsections = new ArrayList<>();
    for (JsonNode subsection : node.path("subsections")) {
      text(subsection, "vmsd_name", offset);
      subsections.add(shape(subsection, offset));
    }
    return Shape.of(
        node.path("vmsd_name").asText(""), node.path("version").asLong(-1), fields, subsections);
  }

  private static Shape.Field field(JsonNode node, int offset) throws StateFormatException {
    int size = size(node, "size", offset);
    int count = node.has("array_len") ? size(node, "array_len", offset) : 0;
    int index = node.has("index") ? size(node, "index", offset) : -1;
    String type = text(node, "type", offset);
    // A structure is inside "struct"; the types tmp and vstruct put it into the field itself.
    Optional<Shape> inner = Optional.empty();
    if (node.has("struct") || type.equals("tmp") || type.equals("vstruct")) {
      Shape shape = shape(node.has("struct") ? node.get("struct") : node, offset);
      // Lists repeat their keys, so that only the last element is seen: keep them as bytes.
      if (shape.describedBytes() == size) {
        inner = Optional.of(shape);
      }
    }
    return new Shape.Field(text(node, "name", offset), index, count, type, size, inner);
  }

  private static String text(JsonNode node, String key, int offset) throws StateFormatException {
    JsonNode value = node.path(key);
    if (!value.isTextual()) {
      throw new StateFormatException(
          offset, "expected a description with the text \"" + key + "\" in each entry");
    }
    return value.textValue();
  }

  private static long number(JsonNode node, String key, int offset) throws StateFormatException {
    JsonNode value = node.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new StateFormatException(
          offset, "expected a description with the number \"" + key + "\" in each entry");
    }
    return value.longValue();
  }

  private static int size(JsonNode node, String key, int offset) throws StateFormatException {
    long value = number(node, key, offset);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new StateFormatException(
          offset, "expected \"%s\" of 0 to 2147483647, found %d".formatted(key, value));
    }
    return (int) value;
  }
}

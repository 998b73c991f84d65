package dev.marey.snapshot.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.machine.GuestAddress;
import dev.marey.machine.RamLayout;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.bundle.Manifest.CarriedDisk;
import dev.marey.snapshot.bundle.Manifest.CarriedFile;
import dev.marey.snapshot.bundle.Manifest.CarriedNode;
import dev.marey.snapshot.bundle.Manifest.CarriedShape;
import dev.marey.snapshot.session.NodeFiles;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@link Manifest} as JSON; docs/formats.md draws it. */
final class ManifestJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ManifestJson() {}

  static byte[] write(Manifest manifest) throws IOException {
    ObjectNode json = JSON.createObjectNode().put("format", Manifest.FORMAT);
    ArrayNode words = json.putArray("line");
    manifest.words().forEach(words::add);
    json.put("ramBytes", manifest.ramBytes());
    ArrayNode ranges = json.putArray("ramLayout");
    for (RamLayout.Range range : manifest.ramLayout().ranges()) {
      ranges
          .addObject()
          .put("address", range.address().value())
          .put("offsetBytes", range.offsetBytes())
          .put("lengthBytes", range.lengthBytes());
    }
    ArrayNode files = json.putArray("files");
    for (CarriedFile file : manifest.files()) {
      files.addObject().put("name", file.name()).put("bytes", file.bytes());
    }
    ArrayNode disks = json.putArray("disks");
    for (CarriedDisk disk : manifest.disks()) {
      disks.addObject().put("bytes", disk.bytes()).put("blocks", disk.blocks());
    }
    json.put("pages", manifest.pages());
    ArrayNode shapes = json.putArray("shapes");
    for (CarriedShape shape : manifest.shapes()) {
      shapes.addObject().put("digest", shape.digest()).put("bytes", shape.bytes());
    }
    ArrayNode nodes = json.putArray("nodes");
    for (CarriedNode node : manifest.nodes()) {
      nodes.add(write(node));
    }
    json.put("present", manifest.present().toString());
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  private static ObjectNode write(CarriedNode node) {
    ObjectNode json = NodeFiles.json(node.node());
    node.shape().ifPresent(digest -> json.put("shape", digest));
    json.put("stateBytes", node.stateBytes()).put("mapBytes", node.mapBytes());
    ArrayNode disks = json.putArray("diskMapBytes");
    node.diskMapBytes().forEach(disks::add);
    json.put("outputKept", node.consoleKept()).put("outputBytes", node.consoleBytes());
    return json;
  }

  /** Reads one. What it says is checked by {@link ManifestCheck}. */
  static Manifest read(byte[] text) throws IOException {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (IOException e) {
      throw new BadBundleException("its first entry is no JSON", e);
    }
    if (!json.path("format").isInt()) {
      throw new BadBundleException("its first entry is no table of contents");
    }
    if (json.path("format").asInt() != Manifest.FORMAT) {
      throw new NewerBundleException(json.path("format").asInt());
    }
    try {
      return manifest(json);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new BadBundleException("its table of contents makes no sense: " + e.getMessage(), e);
    }
  }

  private static Manifest manifest(JsonNode json) {
    List<String> words = new ArrayList<>();
    json.required("line").forEach(word -> words.add(word.asText()));
    List<RamLayout.Range> ranges = new ArrayList<>();
    for (JsonNode range : json.required("ramLayout")) {
      ranges.add(
          new RamLayout.Range(
              new GuestAddress(range.required("address").asLong()),
              number(range, "offsetBytes"),
              number(range, "lengthBytes")));
    }
    List<CarriedFile> files = new ArrayList<>();
    for (JsonNode file : json.required("files")) {
      files.add(new CarriedFile(file.required("name").asText(), number(file, "bytes")));
    }
    List<CarriedDisk> disks = new ArrayList<>();
    for (JsonNode disk : json.required("disks")) {
      disks.add(new CarriedDisk(disks.size(), number(disk, "bytes"), count(disk, "blocks")));
    }
    List<CarriedShape> shapes = new ArrayList<>();
    for (JsonNode shape : json.required("shapes")) {
      shapes.add(new CarriedShape(shape.required("digest").asText(), count(shape, "bytes")));
    }
    List<CarriedNode> nodes = new ArrayList<>();
    for (JsonNode node : json.required("nodes")) {
      nodes.add(node(node));
    }
    return new Manifest(
        words,
        number(json, "ramBytes"),
        new RamLayout(ranges),
        files,
        disks,
        count(json, "pages"),
        shapes,
        nodes,
        NodeId.parse(json.required("present").asText()));
  }

  private static CarriedNode node(JsonNode json) {
    List<Integer> diskMapBytes = new ArrayList<>();
    for (JsonNode bytes : json.required("diskMapBytes")) {
      diskMapBytes.add(count(bytes));
    }
    return new CarriedNode(
        NodeFiles.node(json, NodeState.COMPLETE),
        json.hasNonNull("shape") ? Optional.of(json.path("shape").asText()) : Optional.empty(),
        count(json, "stateBytes"),
        count(json, "mapBytes"),
        diskMapBytes,
        number(json, "outputKept"),
        count(json, "outputBytes"));
  }

  private static long number(JsonNode json, String key) {
    JsonNode value = json.required(key);
    if (!value.canConvertToLong() || !value.isIntegralNumber() || value.asLong() < 0) {
      throw new IllegalArgumentException(key + " is " + value);
    }
    return value.asLong();
  }

  private static int count(JsonNode json, String key) {
    try {
      return count(json.required(key));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
    }
  }

  private static int count(JsonNode value) {
    if (!value.isInt() || value.asInt() < 0) {
      throw new IllegalArgumentException("no number from 0 to 2147483647 is " + value);
    }
    return value.asInt();
  }
}

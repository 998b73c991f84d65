package dev.marey.snapshot.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.Tags;
import java.util.ArrayList;
import java.util.List;

/** What people write on a node, as JSON. */
final class MarksJson {

  private MarksJson() {}

  static void put(ObjectNode json, Node node) {
    json.put("label", node.label()).put("note", node.note()).put("pinned", node.pinned());
    ArrayNode tags = json.putArray("tags");
    node.tags().words().forEach(tags::add);
  }

  /** The node with these marks. */
  static Node marked(Node node, JsonNode json) {
    return node.withMarks(
            json.path("label").asText(),
            json.path("note").asText(),
            json.path("pinned").asBoolean())
        .withTags(tags(json));
  }

  /** None where nobody could write any yet. */
  static Tags tags(JsonNode json) {
    List<String> words = new ArrayList<>();
    json.path("tags").forEach(word -> words.add(word.asText()));
    return new Tags(words);
  }
}

package dev.marey.machine.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.marey.machine.options.PropertyList.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The properties of an option's value in JSON: inner keys are joined by dots, places in a list
 * count from 0. What is not changed keeps its form. Immutable.
 */
final class JsonProperties {

  static final JsonProperties NONE = new JsonProperties(MissingNode.getInstance());

  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode root;

  private JsonProperties(JsonNode root) {
    this.root = root;
  }

  /** Text that is no JSON has no properties. */
  static JsonProperties parse(String text) {
    try {
      return new JsonProperties(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      return NONE;
    }
  }

  List<Property> all() {
    List<Property> properties = new ArrayList<>();
    mapped(
        "",
        root,
        property -> {
          properties.add(property);
          return Optional.of(property.value());
        });
    return properties;
  }

  /** Every value changed; where nothing comes back it goes, and the lists it leaves empty. */
  JsonProperties map(Function<Property, Optional<String>> change) {
    return new JsonProperties(mapped("", root, change));
  }

  /** With one more key at the top; a switch is a boolean in JSON. */
  JsonProperties with(String key, String value) {
    ObjectNode more = JSON.createObjectNode();
    if (root instanceof ObjectNode object) {
      more.setAll(object);
    }
    boolean isSwitch = value.equals("on") || value.equals("off");
    return new JsonProperties(isSwitch ? more.put(key, value.equals("on")) : more.put(key, value));
  }

  String toText() {
    return root.toString();
  }

  private static JsonNode mapped(
      String key, JsonNode node, Function<Property, Optional<String>> change) {
    if (node.isMissingNode() || (node.isContainerNode() && node.isEmpty())) {
      return node;
    }
    if (node.isObject()) {
      ObjectNode object = JSON.createObjectNode();
      node.properties()
          .forEach(
              entry -> {
                String inner = key.isEmpty() ? entry.getKey() : key + "." + entry.getKey();
                JsonNode value = mapped(inner, entry.getValue(), change);
                if (!value.isMissingNode()) {
                  object.set(entry.getKey(), value);
                }
              });
      return object.isEmpty() ? MissingNode.getInstance() : object;
    }
    if (node.isArray()) {
      ArrayNode array = JSON.createArrayNode();
      for (int at = 0; at < node.size(); at++) {
        JsonNode value = mapped(key + "." + at, node.get(at), change);
        if (!value.isMissingNode()) {
          array.add(value);
        }
      }
      return array.isEmpty() ? MissingNode.getInstance() : array;
    }
    String text = node.isBoolean() ? (node.asBoolean() ? "on" : "off") : node.asText();
    Optional<String> changed = change.apply(new Property(key, text, false));
    if (changed.isEmpty()) {
      return MissingNode.getInstance();
    }
    return changed.get().equals(text) ? node : TextNode.valueOf(changed.get());
  }
}

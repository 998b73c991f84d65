package dev.marey.machine.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The value of an option as QEMU reads it: {@code first,key=value,flag,key=a,,b}. A value in JSON
 * is read into the same form, its inner keys joined by dots. Immutable.
 */
final class PropertyList {

  /** One property; a flag has the value {@code on}. The first one may have an empty key. */
  record Property(String key, String value, boolean flag) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Property> properties;

  private PropertyList(List<Property> properties) {
    this.properties = List.copyOf(properties);
  }

  /**
   * Reads a value.
   *
   * @param impliedKey what a first part without = is the value of, such as {@code driver}; empty if
   *     it is a flag like the others
   */
  static PropertyList parse(String text, String impliedKey) {
    if (text.startsWith("{")) {
      try {
        List<Property> properties = new ArrayList<>();
        flatten("", JSON.readTree(text), properties);
        return new PropertyList(properties);
      } catch (JsonProcessingException e) {
        // not JSON: QEMU will say so
        return new PropertyList(List.of());
      }
    }
    List<Property> properties = new ArrayList<>();
    for (String part : split(text)) {
      int equals = part.indexOf('=');
      if (equals >= 0) {
        properties.add(new Property(part.substring(0, equals), part.substring(equals + 1), false));
      } else if (properties.isEmpty() && !impliedKey.isEmpty()) {
        properties.add(new Property(impliedKey, part, false));
      } else {
        properties.add(new Property(part, "on", true));
      }
    }
    return new PropertyList(properties);
  }

  private static void flatten(String key, JsonNode node, List<Property> into) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              entry ->
                  flatten(
                      key.isEmpty() ? entry.getKey() : key + "." + entry.getKey(),
                      entry.getValue(),
                      into));
    } else if (node.isArray()) {
      for (int at = 0; at < node.size(); at++) {
        flatten(key + "." + at, node.get(at), into);
      }
    } else if (node.isBoolean()) {
      into.add(new Property(key, node.asBoolean() ? "on" : "off", false));
    } else {
      into.add(new Property(key, node.asText(), false));
    }
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) != ',') {
        part.append(text.charAt(at));
      } else if (at + 1 < text.length() && text.charAt(at + 1) == ',') {
        part.append(',');
        at++;
      } else {
        parts.add(part.toString());
        part.setLength(0);
      }
    }
    if (!part.isEmpty() || parts.isEmpty()) {
      parts.add(part.toString());
    }
    return parts;
  }

  List<Property> all() {
    return properties;
  }

  /** The last value of a key, which is the one QEMU takes. */
  Optional<String> find(String key) {
    return properties.stream()
        .filter(property -> property.key().equals(key))
        .reduce((first, last) -> last)
        .map(Property::value);
  }

  String get(String key) {
    return find(key).orElse("");
  }

  List<String> values(String key) {
    return properties.stream()
        .filter(property -> property.key().equals(key))
        .map(Property::value)
        .toList();
  }

  /** Whether a switch is on, under any of QEMU's words for that. */
  boolean isOn(String key) {
    String value = get(key);
    return value.equals("on") || value.equals("yes") || value.equals("true") || value.equals("y");
  }

  PropertyList without(Predicate<String> key) {
    return new PropertyList(properties.stream().filter(p -> !key.test(p.key())).toList());
  }

  PropertyList with(String key, String value) {
    List<Property> changed = new ArrayList<>();
    boolean found = false;
    for (Property property : properties) {
      if (property.key().equals(key)) {
        changed.add(new Property(key, value, false));
        found = true;
      } else {
        changed.add(property);
      }
    }
    if (!found) {
      changed.add(new Property(key, value, false));
    }
    return new PropertyList(changed);
  }

  /** The value as QEMU reads it; a first part with this key is written without it. */
  String toText(String impliedKey) {
    List<String> parts = new ArrayList<>();
    for (Property property : properties) {
      String value = property.value().replace(",", ",,");
      if (property.flag()) {
        parts.add(property.key().replace(",", ",,"));
      } else if (parts.isEmpty() && property.key().equals(impliedKey)) {
        parts.add(value);
      } else {
        parts.add(property.key() + "=" + value);
      }
    }
    return parts.stream().collect(Collectors.joining(","));
  }
}

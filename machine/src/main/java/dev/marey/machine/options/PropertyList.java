package dev.marey.machine.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The value of an option as QEMU reads it: {@code first,key=value,flag,key=a,,b}. A value in JSON
 * is read into the same form, its inner keys joined by dots, and written as JSON again. Immutable.
 */
final class PropertyList {

  /**
   * One property; a flag has the value {@code on}, or {@code off} when it begins with {@code no}.
   * The first one may have an empty key.
   */
  record Property(String key, String value, boolean flag) {

    /** The key's last part: {@code filename} of {@code file.filename}. */
    String lastKey() {
      return key.substring(key.lastIndexOf('.') + 1);
    }
  }

  static final PropertyList EMPTY = new PropertyList(List.of(), false, JsonProperties.NONE);

  private final List<Property> properties;
  private final boolean json;
  private final JsonProperties origin;

  private PropertyList(List<Property> properties, boolean json, JsonProperties origin) {
    this.properties = List.copyOf(properties);
    this.json = json;
    this.origin = origin;
  }

  /**
   * Reads a value.
   *
   * @param impliedKey what a first part without = is the value of, such as {@code driver}; empty if
   *     it is a flag like the others
   */
  static PropertyList parse(String text, String impliedKey) {
    if (text.startsWith("{")) {
      // what is no JSON has no properties: QEMU will say so
      JsonProperties origin = JsonProperties.parse(text);
      return new PropertyList(origin.all(), true, origin);
    }
    List<Property> properties = new ArrayList<>();
    for (String part : split(text)) {
      int equals = part.indexOf('=');
      if (equals >= 0) {
        properties.add(new Property(part.substring(0, equals), part.substring(equals + 1), false));
      } else if (properties.isEmpty() && !impliedKey.isEmpty()) {
        properties.add(new Property(impliedKey, part, false));
      } else if (part.startsWith("no") && part.length() > 2) {
        properties.add(new Property(part.substring(2), "off", true));
      } else {
        properties.add(new Property(part, "on", true));
      }
    }
    return new PropertyList(properties, false, JsonProperties.NONE);
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
    return isOnWord(get(key));
  }

  /** Whether a switch that is off by default has another value than QEMU's words for off. */
  boolean isNotOff(String key) {
    return !List.of("", "off", "no", "false", "n").contains(get(key));
  }

  static boolean isOnWord(String value) {
    return List.of("on", "yes", "true", "y").contains(value);
  }

  /** Whether it was given as JSON. */
  boolean isJson() {
    return json;
  }

  PropertyList without(Predicate<String> key) {
    return map(p -> key.test(p.key()) ? Optional.empty() : Optional.of(p.value()));
  }

  /** Every value changed, or taken out where nothing comes back. */
  PropertyList map(Function<Property, Optional<String>> change) {
    if (json) {
      JsonProperties changed = origin.map(change);
      return new PropertyList(changed.all(), true, changed);
    }
    List<Property> changed = new ArrayList<>();
    for (Property property : properties) {
      change
          .apply(property)
          .ifPresent(
              value ->
                  changed.add(
                      value.equals(property.value())
                          ? property
                          : new Property(property.key(), value, false)));
    }
    return new PropertyList(changed, false, origin);
  }

  PropertyList with(String key, String value) {
    if (find(key).isPresent()) {
      return map(property -> Optional.of(property.key().equals(key) ? value : property.value()));
    }
    if (json) {
      JsonProperties more = origin.with(key, value);
      return new PropertyList(more.all(), true, more);
    }
    List<Property> more = new ArrayList<>(properties);
    more.add(new Property(key, value, false));
    return new PropertyList(more, false, origin);
  }

  /** The value as QEMU reads it; a first part with this key is written without it. */
  String toText(String impliedKey) {
    if (json) {
      return origin.toText();
    }
    List<String> parts = new ArrayList<>();
    for (Property property : properties) {
      String value = property.value().replace(",", ",,");
      if (property.flag()) {
        parts.add((value.equals("off") ? "no" : "") + property.key().replace(",", ",,"));
      } else if (parts.isEmpty() && property.key().equals(impliedKey)) {
        parts.add(value);
      } else {
        parts.add(property.key() + "=" + value);
      }
    }
    return parts.stream().collect(Collectors.joining(","));
  }
}

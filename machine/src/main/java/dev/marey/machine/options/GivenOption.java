package dev.marey.machine.options;

/**
 * An option as it stands in a line.
 *
 * @param name without dashes
 * @param value the word behind it; empty if it takes none
 * @param startChar where the option's word starts
 * @param endChar behind its value
 */
record GivenOption(String name, String value, int startChar, int endChar) {

  String dashed() {
    return "-" + name;
  }

  String whole() {
    return value.isEmpty() ? dashed() : dashed() + " " + value;
  }
}

package dev.marey.workbench.cli;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * Something to do at the guest's console: wait for text or type some. Exactly one of the two is
 * given; picocli keeps the order of several.
 *
 * <p>Threading: the command.
 */
final class ConsoleStep {

  private static final String NOTHING = "";

  @Option(
      names = "--expect",
      paramLabel = "REGEX",
      converter = Expectation.class,
      description = "wait until the guest's console has printed this; looks behind the last match")
  Pattern expect = Pattern.compile(NOTHING);

  @Option(
      names = "--type",
      paramLabel = "TEXT",
      converter = Typing.class,
      description =
          "type this and Enter; \\n, \\r, \\t, \\e, \\xHH, \\\\ are understood, \\c at the end leaves"
              + " Enter out")
  String type = NOTHING;

  boolean types() {
    return !type.isEmpty();
  }

  /** Regular expressions; lines have their own beginning and end. */
  static final class Expectation implements ITypeConverter<Pattern> {
    @Override
    public Pattern convert(String text) {
      try {
        return Pattern.compile(text, Pattern.MULTILINE);
      } catch (PatternSyntaxException e) {
        throw new TypeConversionException(
            "'" + text + "' is no regular expression: " + e.getDescription());
      }
    }
  }

  /** What is typed, with Enter at the end unless it is there or was left out. */
  static final class Typing implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      boolean enter = !text.endsWith("\\c");
      String typed = unescape(enter ? text : text.substring(0, text.length() - 2));
      return enter && !typed.endsWith("\n") && !typed.endsWith("\r") ? typed + "\n" : typed;
    }

    private static String unescape(String text) {
      StringBuilder typed = new StringBuilder();
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c != '\\' || i + 1 == text.length()) {
          typed.append(c);
          continue;
        }
        char next = text.charAt(++i);
        switch (next) {
          case 'n' -> typed.append('\n');
          case 'r' -> typed.append('\r');
          case 't' -> typed.append('\t');
          case 'e' -> typed.append('\u001b');
          case '\\' -> typed.append('\\');
          case 'x' -> {
            if (!text.substring(i + 1).matches("(?s)[0-9a-fA-F]{2}.*")) {
              throw new TypeConversionException(
                  "'" + text + "': \\x needs two hexadecimal digits, as in \\x03");
            }
            typed.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
            i += 2;
          }
          default -> typed.append('\\').append(next);
        }
      }
      return typed.toString();
    }
  }

  byte[] bytes() {
    return type.getBytes(StandardCharsets.UTF_8);
  }
}

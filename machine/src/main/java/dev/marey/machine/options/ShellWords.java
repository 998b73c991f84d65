package dev.marey.machine.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Splits shell text into words as a POSIX shell does: quotes, backslashes, continued lines,
 * comments, {@code ~/} and {@code $VARIABLES}. What would need a real shell is a problem, not a
 * guess.
 */
final class ShellWords {

  private static final String OPERATORS = "|&;<>()`";

  private final String text;
  private final Map<String, String> environment;
  private final List<Word> words = new ArrayList<>();
  private final List<CommandLineProblem> problems = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private int at;
  private int wordStart = -1;

  ShellWords(String text, Map<String, String> environment) {
    this.text = text;
    this.environment = environment;
    split();
  }

  List<Word> words() {
    return List.copyOf(words);
  }

  List<CommandLineProblem> problems() {
    return List.copyOf(problems);
  }

  private void split() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\') {
        backslash();
      } else if (Character.isWhitespace(c)) {
        endWord();
        at++;
      } else if (c == '#' && wordStart < 0) {
        while (at < text.length() && text.charAt(at) != '\n') {
          at++;
        }
      } else if (c == '\'') {
        singleQuoted();
      } else if (c == '"') {
        doubleQuoted();
      } else if (c == '$') {
        beginWord();
        variable();
      } else if (OPERATORS.indexOf(c) >= 0) {
        endWord();
        problem(
            at,
            at + 1,
            String.valueOf(c),
            "this needs a shell, and Marey starts QEMU without one.",
            "Give one plain QEMU command; quote the character if it is part of an option.");
        at++;
      } else if (c == '~'
          && wordStart < 0
          && (at + 1 == text.length() || "/ \t\n".indexOf(text.charAt(at + 1)) >= 0)) {
        beginWord();
        word.append(environment.getOrDefault("HOME", "~"));
        at++;
      } else {
        beginWord();
        word.append(c);
        at++;
      }
    }
    endWord();
  }

  private void backslash() {
    if (at + 1 >= text.length()) {
      at++;
      return;
    }
    char next = text.charAt(at + 1);
    boolean windowsLineEnd = next == '\r' && at + 2 < text.length() && text.charAt(at + 2) == '\n';
    if (next != '\n' && !windowsLineEnd) {
      beginWord();
      word.append(next);
    }
    at += windowsLineEnd ? 3 : 2;
  }

  private void singleQuoted() {
    beginWord();
    int end = text.indexOf('\'', at + 1);
    if (end < 0) {
      problem(
          at, text.length(), "'", "this quote is never closed.", "Add a ' where it should end.");
      end = text.length();
    }
    word.append(text, at + 1, end);
    at = Math.min(text.length(), end + 1);
  }

  private void doubleQuoted() {
    beginWord();
    int start = at++;
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length() && "\"\\$`\n".indexOf(text.charAt(at + 1)) >= 0) {
        if (text.charAt(at + 1) != '\n') {
          word.append(text.charAt(at + 1));
        }
        at += 2;
      } else if (c == '$') {
        variable();
      } else {
        word.append(c);
        at++;
      }
    }
    if (at >= text.length()) {
      problem(
          start,
          text.length(),
          "\"",
          "this quote is never closed.",
          "Add a \" where it should end.");
    }
    at = Math.min(text.length(), at + 1);
  }

  private void variable() {
    int start = at++;
    boolean braced = at < text.length() && text.charAt(at) == '{';
    int nameStart = braced ? at + 1 : at;
    int end = nameStart;
    while (end < text.length()
        && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
      end++;
    }
    String name = text.substring(nameStart, end);
    boolean closed = !braced || (end < text.length() && text.charAt(end) == '}');
    String value = environment.get(name);
    if (name.isEmpty() && !braced && (end >= text.length() || text.charAt(end) != '(')) {
      word.append('$');
    } else if (name.isEmpty() || !closed) {
      problem(
          start,
          Math.min(text.length(), end + 1),
          "$",
          "this needs a shell, and Marey starts QEMU without one.",
          "Write out what it stands for.");
    } else if (value == null) {
      problem(
          start,
          braced ? end + 1 : end,
          "$" + name,
          "there is no such variable in Marey's environment.",
          "Write out what it stands for.");
    } else {
      word.append(value);
    }
    at = braced && closed ? end + 1 : end;
  }

  private void beginWord() {
    if (wordStart < 0) {
      wordStart = at;
    }
  }

  private void endWord() {
    if (wordStart >= 0) {
      words.add(new Word(word.toString(), wordStart, at));
      word.setLength(0);
      wordStart = -1;
    }
  }

  private void problem(int start, int end, String option, String what, String remedy) {
    problems.add(new CommandLineProblem(start, end, option, what, remedy));
  }
}

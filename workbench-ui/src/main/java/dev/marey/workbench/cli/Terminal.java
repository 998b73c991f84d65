package dev.marey.workbench.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.workbench.settings.Folders;
import dev.marey.workbench.start.Beginning;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;

/**
 * What a command speaks to: results on {@code out}, all else on {@code err}. With {@code --json}
 * the results are one JSON object per line.
 *
 * <p>Threading: one command at a time; {@link #out} may be written by any thread.
 */
final class Terminal {

  private final PrintWriter out;
  private final PrintWriter err;
  private final InputStream in;
  private final Folders folders;
  private final Path workingFolder;
  private final Interruption interruption;
  private final Desktop desktop;
  private boolean json;

  Terminal(
      PrintWriter out,
      PrintWriter err,
      InputStream in,
      Folders folders,
      Path workingFolder,
      Interruption interruption,
      Desktop desktop) {
    this.out = out;
    this.err = err;
    this.in = in;
    this.folders = folders;
    this.workingFolder = workingFolder;
    this.interruption = interruption;
    this.desktop = desktop;
  }

  void useJson(boolean wanted) {
    json = wanted;
  }

  boolean json() {
    return json;
  }

  /** How the person calls this program; the starter says it. */
  String program() {
    return System.getProperty("marey.command", "marey");
  }

  /** A result for people. */
  void print(String line) {
    out.println(line);
    out.flush();
  }

  /** Text as it is, without a line end. */
  void printRaw(String text) {
    out.print(text);
    out.flush();
  }

  /** A result for programs. */
  void print(ObjectNode object) {
    print(object.toString());
  }

  /** Something a person should know that is not the result. */
  void tell(String line) {
    err.println(line);
    err.flush();
  }

  PrintWriter out() {
    return out;
  }

  PrintWriter err() {
    return err;
  }

  InputStream in() {
    return in;
  }

  Folders folders() {
    return folders;
  }

  Path workingFolder() {
    return workingFolder;
  }

  Interruption interruption() {
    return interruption;
  }

  void requireDisplay() throws UserErrorException {
    if (!desktop.hasDisplay()) {
      throw new UserErrorException(
          "The window cannot be opened: there is no display (DISPLAY is not set). Add --headless to go"
              + " without it.");
    }
  }

  boolean hasDisplay() {
    return desktop.hasDisplay();
  }

  /** Opens the window and returns when it is closed; meanwhile signals end the program as usual. */
  void openWindow(Beginning beginning) throws UserErrorException {
    interruption.letGo();
    try {
      desktop.open(beginning);
    } catch (UnsupportedOperationException e) {
      throw new UserErrorException(
          "The window cannot be opened: "
              + e.getMessage()
              + ". Check what the variable DISPLAY says, or see marey --help for what works without a"
              + " display.");
    }
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}

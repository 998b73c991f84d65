package dev.marey.workbench;

import dev.marey.workbench.cli.CommandLineTool;
import dev.marey.workbench.shell.WorkbenchApplication;
import java.util.List;

/**
 * Where the program starts. Decides between window and command line; it is no JavaFX application
 * itself, so that JavaFX may be on the class path.
 */
public final class Launcher {

  private Launcher() {}

  public static void main(String[] args) {
    if (wantsWindow(List.of(args)) && hasDisplay()) {
      WorkbenchApplication.open(List.of(args));
    } else {
      System.exit(CommandLineTool.start(args));
    }
  }

  /**
   * Whether the arguments ask for the window: none, {@code run …} without {@code --headless} or
   * {@code --help}, {@code open SESSION}. The guest's own command line behind {@code --} does not
   * count.
   */
  static boolean wantsWindow(List<String> args) {
    if (args.isEmpty()) {
      return true;
    }
    int end = args.contains("--") ? args.indexOf("--") : args.size();
    List<String> ours = args.subList(0, end);
    boolean opens = args.get(0).equals("run") || args.get(0).equals("open");
    boolean quiet = ours.contains("--headless") || ours.contains("--help") || ours.contains("-h");
    return opens && !quiet;
  }

  /** Without one the command line says what can be done instead. */
  private static boolean hasDisplay() {
    return !System.getenv().getOrDefault("DISPLAY", "").isBlank();
  }
}

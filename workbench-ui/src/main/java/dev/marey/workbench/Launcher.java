package dev.marey.workbench;

import dev.marey.workbench.cli.CommandLineTool;
import dev.marey.workbench.cli.Desktop;
import dev.marey.workbench.settings.Folders;
import dev.marey.workbench.shell.WorkbenchApplication;
import dev.marey.workbench.start.Beginning;
import java.util.List;

/**
 * Where the program starts. It is no JavaFX application itself, so that JavaFX may be on the class
 * path and commands need no display.
 */
public final class Launcher {

  private Launcher() {}

  public static void main(String[] args) {
    Preload.begin();
    Folders folders = Folders.ofThisUser();
    System.exit(CommandLineTool.start(List.of(args), folders, new Screen(folders)));
  }

  private record Screen(Folders folders) implements Desktop {

    @Override
    public boolean hasDisplay() {
      return !System.getenv().getOrDefault("DISPLAY", "").isBlank();
    }

    @Override
    public void open(Beginning beginning) {
      WorkbenchApplication.open(folders, beginning);
    }
  }
}

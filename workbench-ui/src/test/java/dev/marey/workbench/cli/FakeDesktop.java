package dev.marey.workbench.cli;

import dev.marey.workbench.start.Beginning;
import java.util.ArrayList;
import java.util.List;

/** A desktop whose windows close at once; remembers what they were to begin with. */
record FakeDesktop(boolean hasDisplay, List<Beginning> opened) implements Desktop {

  FakeDesktop(boolean hasDisplay) {
    this(hasDisplay, new ArrayList<>());
  }

  @Override
  public void open(Beginning beginning) {
    opened.add(beginning);
  }
}

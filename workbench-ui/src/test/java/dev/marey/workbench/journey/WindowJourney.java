package dev.marey.workbench.journey;

import dev.marey.machine.testing.TestGuests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test in a real window that belongs to a person who has a home of their own. */
abstract class WindowJourney {

  /** Of the person; empty at first. */
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path home;

  @SuppressWarnings("NullAway.Init")
  RealWindow window;

  /** Opens the window that the journey begins in; the demo guest's unless a test says otherwise. */
  RealWindow begin() throws Exception {
    return RealWindow.open(home);
  }

  /** A window with the bare-metal guest, which counts. */
  RealWindow withBareMetal(String... options) {
    List<String> words = new ArrayList<>(List.of("run", "--"));
    words.addAll(TestGuests.bareMetalCommandLine(64));
    words.addAll(List.of(options));
    RealWindow opened = RealWindow.open(home, words.toArray(String[]::new));
    opened.awaitConsole("counting", said -> said.contain("counter 2"));
    return opened;
  }

  @BeforeEach
  void open() throws Exception {
    window = begin();
  }

  @AfterEach
  void close() {
    window.close();
  }
}

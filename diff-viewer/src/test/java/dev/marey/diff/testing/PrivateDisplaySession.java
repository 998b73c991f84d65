package dev.marey.diff.testing;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Gives the test JVM a display of its own before the first test, so that window tests never open on
 * somebody's desktop. One display for the life of the JVM: a launcher may open many sessions, and a
 * toolkit that is running doesn't survive the end of its server.
 */
public final class PrivateDisplaySession implements LauncherSessionListener {

  /** The display of this test JVM, started on first use. */
  public static PrivateDisplay display() {
    return OncePerJvm.DISPLAY;
  }

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    display();
  }

  private static final class OncePerJvm {
    static final PrivateDisplay DISPLAY = started();

    private static PrivateDisplay started() {
      String path = System.getenv("PATH");
      PrivateDisplay display = PrivateDisplay.start(path == null ? "/usr/bin" : path);
      display.adopt();
      return display;
    }
  }
}

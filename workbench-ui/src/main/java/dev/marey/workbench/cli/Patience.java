package dev.marey.workbench.cli;

import java.io.InterruptedIOException;

/**
 * Says now and then how far a long operation is, and calls it off when the person asks the program
 * to end.
 *
 * <p>Threading: the command.
 */
final class Patience {

  private static final long EVERY_NANOS = 3_000_000_000L;

  private final Terminal terminal;
  private final String what;
  private long told = System.nanoTime();

  /**
   * Says nothing yet.
   *
   * @param what is being done, such as {@code Unpacking bug.marey}
   */
  Patience(Terminal terminal, String what) {
    this.terminal = terminal;
    this.what = what;
  }

  /**
   * Called often.
   *
   * @throws InterruptedIOException if the person wants no more of it
   */
  void at(long done, long of) throws InterruptedIOException {
    if (terminal.interruption().asked()) {
      throw new InterruptedIOException("it was called off");
    }
    long now = System.nanoTime();
    if (now - told >= EVERY_NANOS && !terminal.json()) {
      told = now;
      terminal.tell(what + ": " + (of == 0 ? 100 : done * 100 / of) + " %");
    }
  }
}

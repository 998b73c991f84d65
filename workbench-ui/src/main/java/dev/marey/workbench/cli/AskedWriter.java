package dev.marey.workbench.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Writer;

/**
 * Stops whoever writes a long text when the program was asked to end.
 *
 * <p>Threading: one thread.
 */
final class AskedWriter extends FilterWriter {

  private final Interruption interruption;

  AskedWriter(Writer out, Interruption interruption) {
    super(out);
    this.interruption = interruption;
  }

  private void check() throws InterruptedIOException {
    if (interruption.asked()) {
      throw new InterruptedIOException("interrupted");
    }
  }

  @Override
  public void write(int character) throws IOException {
    check();
    super.write(character);
  }

  @Override
  public void write(char[] text, int from, int length) throws IOException {
    check();
    super.write(text, from, length);
  }

  @Override
  public void write(String text, int from, int length) throws IOException {
    check();
    super.write(text, from, length);
  }
}

package dev.marey.machine.console;

/** Gets what the guest printed, in order, on the console's reader thread: it must be quick. */
@FunctionalInterface
public interface ConsoleListener {

  /**
   * The guest printed something.
   *
   * @param bytes what came, a fresh array nobody else holds
   */
  void printed(byte[] bytes);
}

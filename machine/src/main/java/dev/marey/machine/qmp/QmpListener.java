package dev.marey.machine.qmp;

/** Hears QEMU's events, one after the other, on a thread made for that: it may send commands. */
@FunctionalInterface
public interface QmpListener {
  void event(QmpEvent event);
}

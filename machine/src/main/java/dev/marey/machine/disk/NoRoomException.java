package dev.marey.machine.disk;

import java.io.IOException;

/**
 * The host's disk is full. QEMU stops a guest whose disk says so and tries the write again when the
 * guest goes on.
 */
public final class NoRoomException extends IOException {

  private static final long serialVersionUID = 1;

  public NoRoomException(String message) {
    super(message);
  }
}

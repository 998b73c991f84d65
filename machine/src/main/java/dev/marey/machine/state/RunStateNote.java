package dev.marey.machine.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a state says the guest was doing when QEMU wrote it (QEMU, migration/global_state.c).
 *
 * <pre>
 * section globalstate:  be32 length of the name with its zero   100 bytes name, zeroes behind
 * </pre>
 */
public final class RunStateNote {

  private static final int NAME_BYTES = 100;

  private RunStateNote() {}

  /** QEMU's name of the run state, such as {@code running}; empty if the state says nothing. */
  public static Optional<String> of(StateStream stream) {
    return section(stream).map(section -> name(section.body(stream.state().buffer())));
  }

  private static String name(ByteBuffer body) {
    StringBuilder name = new StringBuilder();
    for (int at = Integer.BYTES; body.get(at) != 0 && at < Integer.BYTES + NAME_BYTES; at++) {
      name.append((char) body.get(at));
    }
    return name.toString();
  }

  /**
   * Writes another run state over it, if it is there.
   *
   * @param state the whole stream's bytes
   */
  public static void set(StateStream stream, ByteBuffer state, String name) {
    Optional<DeviceSection> found = section(stream);
    if (found.isPresent()) {
      byte[] bytes = (name + "\0").getBytes(StandardCharsets.US_ASCII);
      int at = found.get().offset();
      state.putInt(at, bytes.length);
      state.put(at + Integer.BYTES, new byte[NAME_BYTES]);
      state.put(at + Integer.BYTES, bytes);
    }
  }

  private static Optional<DeviceSection> section(StateStream stream) {
    return stream.sections().stream()
        .filter(section -> section.name().equals("globalstate"))
        .filter(section -> section.lengthBytes() >= Integer.BYTES + NAME_BYTES)
        .findFirst();
  }
}

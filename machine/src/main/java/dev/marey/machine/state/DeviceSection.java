package dev.marey.machine.state;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One device section of a stream.
 *
 * <pre>
 * 04  be32 id  u8 n, n bytes name  be32 instance  be32 version   body   7e be32 id
 * </pre>
 *
 * @param id number QEMU gave the section, the same in every stream of one process
 * @param name such as {@code cpu} or {@code 0000:00:01.1/ide}
 * @param instance tells sections of the same name apart
 * @param offset where the body begins, in bytes from the start of the stream
 * @param lengthBytes length of the body
 */
public record DeviceSection(
    long id, String name, long instance, long version, int offset, int lengthBytes) {

  /** Name with instance, as it begins a path of {@link StateTree}. */
  public String path() {
    return name + "[" + instance + "]";
  }

  /** The body in the stream this section is of. */
  ByteBuffer body(ByteBuffer stream) {
    return stream.slice(offset, lengthBytes);
  }

  /** The shape, if the description has one for this section and the body fits it. */
  Optional<Shape> fit(ByteBuffer stream, StateDescription description) {
    return description
        .shape(name, instance)
        .filter(shape -> shape.version() == version || shape.version() < 0)
        .filter(shape -> fits(body(stream), shape));
  }

  private static boolean fits(ByteBuffer body, Shape shape) {
    StateCursor cursor = new StateCursor(body);
    try {
      shape.skipDevice(cursor);
      return true;
    } catch (StateFormatException e) {
      return false;
    }
  }
}

package dev.marey.machine.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads big-endian values from a stream and refuses to go past its end: every method either
 * succeeds or throws with the offset and the name of what it was to read. It allocates no more than
 * the stream holds, whatever lengths the stream claims.
 *
 * <p>Threading: one thread.
 */
final class StateCursor {

  private final ByteBuffer bytes;

  StateCursor(ByteBuffer bytes) {
    this.bytes = bytes.duplicate();
  }

  int position() {
    return bytes.position();
  }

  void position(int offset) {
    bytes.position(offset);
  }

  int remaining() {
    return bytes.remaining();
  }

  /** The next byte without taking it, or -1 at the end. */
  int peek() {
    return bytes.hasRemaining() ? Byte.toUnsignedInt(bytes.get(bytes.position())) : -1;
  }

  int u8(String what) throws StateFormatException {
    demand(1, what);
    return Byte.toUnsignedInt(bytes.get());
  }

  int u16(String what) throws StateFormatException {
    demand(2, what);
    return Short.toUnsignedInt(bytes.getShort());
  }

  /** 32 bits, unsigned. */
  long u32(String what) throws StateFormatException {
    demand(4, what);
    return Integer.toUnsignedLong(bytes.getInt());
  }

  /** 64 bits; unsigned values above {@link Long#MAX_VALUE} come out negative. */
  long u64(String what) throws StateFormatException {
    demand(8, what);
    return bytes.getLong();
  }

  /** A byte with the length, then that many characters. */
  String name(String what) throws StateFormatException {
    int length = u8("length of " + what);
    return text(length, what);
  }

  String text(long lengthBytes, String what) throws StateFormatException {
    ByteBuffer slice = take(lengthBytes, what);
    return StandardCharsets.ISO_8859_1.decode(slice).toString();
  }

  /** A view of the next bytes; nothing is copied. */
  ByteBuffer take(long lengthBytes, String what) throws StateFormatException {
    demand(lengthBytes, what);
    ByteBuffer slice = bytes.slice(bytes.position(), (int) lengthBytes);
    bytes.position(bytes.position() + (int) lengthBytes);
    return slice;
  }

  void demand(long lengthBytes, String what) throws StateFormatException {
    if (lengthBytes < 0 || lengthBytes > bytes.remaining()) {
      throw failure(
          "expected %s (%d bytes), but the stream ends after %d more bytes"
              .formatted(what, lengthBytes, bytes.remaining()));
    }
  }

  StateFormatException failure(String problem) {
    return new StateFormatException(position(), problem);
  }
}

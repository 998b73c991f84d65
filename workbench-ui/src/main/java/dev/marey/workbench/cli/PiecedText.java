package dev.marey.workbench.cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 that comes in pieces, which may end within a character. What is no UTF-8 becomes U+FFFD.
 *
 * <p>Threading: any (lock: this).
 */
final class PiecedText {

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] begun = new byte[0];

  /** The characters that are complete with this piece. */
  synchronized String add(byte[] piece) {
    return decode(piece, false);
  }

  /** What is left when nothing more comes. */
  synchronized String end() {
    return decode(new byte[0], true);
  }

  private String decode(byte[] piece, boolean last) {
    ByteBuffer bytes =
        ByteBuffer.allocate(begun.length + piece.length).put(begun).put(piece).flip();
    CharBuffer chars = CharBuffer.allocate(bytes.remaining() + 1);
    decoder.decode(bytes, chars, last);
    if (last) {
      decoder.flush(chars);
      decoder.reset();
    }
    begun = new byte[bytes.remaining()];
    bytes.get(begun);
    return chars.flip().toString();
  }
}

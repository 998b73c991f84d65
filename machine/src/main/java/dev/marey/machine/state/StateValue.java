package dev.marey.machine.state;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** What a {@link StateNode} holds. Values compare by content. */
public sealed interface StateValue {

  /** One line for people: numbers in hexadecimal, long bytes cut off. */
  String text();

  /**
   * A number.
   *
   * @param bits the number in the low bits, those above {@code widthBytes} zero
   * @param widthBytes 1, 2, 4 or 8
   * @param signed how QEMU declares it
   */
  record Int(long bits, int widthBytes, boolean signed) implements StateValue {

    /** As a signed number, whatever QEMU declares. */
    public long asSigned() {
      int unused = Long.SIZE - Byte.SIZE * widthBytes;
      return bits << unused >> unused;
    }

    @Override
    public String text() {
      String hex = "0x" + HexFormat.of().toHexDigits(bits, widthBytes * 2);
      return signed && asSigned() < 0 ? hex + " (" + asSigned() + ")" : hex;
    }
  }

  /** A boolean. */
  record Flag(boolean set) implements StateValue {
    @Override
    public String text() {
      return Boolean.toString(set);
    }
  }

  /** A timer: nanoseconds of its clock when it fires, -1 if it is not armed. */
  record Timer(long expiresNanos) implements StateValue {
    public boolean armed() {
      return expiresNanos != -1;
    }

    @Override
    public String text() {
      return armed() ? expiresNanos + " ns" : "not armed";
    }
  }

  /**
   * Bytes without known meaning.
   *
   * @param content read-only view, position 0
   * @param reason why they are not taken apart; empty if QEMU itself calls them bytes
   */
  record Bytes(ByteBuffer content, String reason) implements StateValue {

    private static final int SHOWN = 32;

    public Bytes {
      content = content.slice().asReadOnlyBuffer();
    }

    /** A fresh view, so that a reader's position is its own. */
    @Override
    public ByteBuffer content() {
      return content.duplicate();
    }

    public int lengthBytes() {
      return content.remaining();
    }

    @Override
    public String text() {
      byte[] shown = new byte[Math.min(SHOWN, content.remaining())];
      content.get(0, shown);
      String hex = HexFormat.ofDelimiter(" ").formatHex(shown);
      return content.remaining() > SHOWN ? hex + " … (" + content.remaining() + " bytes)" : hex;
    }
  }

  /** A structure, a device or a subsection: the children say what is in it. */
  record Struct(int lengthBytes) implements StateValue {
    @Override
    public String text() {
      return "";
    }
  }

  /** An array: the children are its elements. */
  record Array(int length) implements StateValue {
    @Override
    public String text() {
      return length + " elements";
    }
  }

  /** A subsection that the description knows and this state does not have. */
  record Absent() implements StateValue {
    @Override
    public String text() {
      return "absent";
    }
  }

  /** A RAM block; its content is compared and hashed only when asked for. */
  record Memory(RamBlock block) implements StateValue {
    @Override
    public String text() {
      return block.ignored()
          ? block.lengthBytes() + " bytes, not in this state"
          : block.lengthBytes() + " bytes";
    }
  }
}

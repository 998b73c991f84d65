package dev.marey.machine.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server's part in the talk before the first request: the client chooses one of the exports.
 *
 * <p>Threading: one thread.
 */
final class NbdHandshake {

  private static final int PREFERRED_BLOCK_BYTES = 4096;

  private final NbdStream stream;
  private final Map<String, BlockDevice> exports;

  NbdHandshake(NbdStream stream, Map<String, BlockDevice> exports) {
    this.stream = stream;
    this.exports = exports;
  }

  /** What the client wants to use; empty if it left. */
  Optional<BlockDevice> run() throws IOException {
    stream.send(
        ByteBuffer.allocate(18)
            .putLong(Nbd.MAGIC)
            .putLong(Nbd.OPTION)
            .putShort((short) (Nbd.FIXED_NEWSTYLE | Nbd.NO_ZEROES))
            .flip());
    boolean zeroes = (stream.receive(4).getInt() & Nbd.NO_ZEROES) == 0;
    while (true) {
      ByteBuffer head = stream.receive(16);
      long magic = head.getLong();
      int option = head.getInt();
      int length = head.getInt();
      if (magic != Nbd.OPTION || length < 0 || length > Nbd.MAX_OPTION_BYTES) {
        throw new IOException("the client does not speak the NBD protocol");
      }
      ByteBuffer data = stream.receive(length);
      switch (option) {
        case Nbd.OPTION_EXPORT_NAME -> {
          return chooseOldWay(data, zeroes);
        }
        case Nbd.OPTION_ABORT -> {
          answer(option, Nbd.ANSWER_ACK);
          return Optional.empty();
        }
        case Nbd.OPTION_LIST -> list(option);
        case Nbd.OPTION_INFO, Nbd.OPTION_GO -> {
          @Nullable BlockDevice chosen = describe(option, data);
          if (chosen != null && option == Nbd.OPTION_GO) {
            return Optional.of(chosen);
          }
        }
        default -> answer(option, Nbd.ANSWER_UNSUPPORTED);
      }
    }
  }

  /** This option has no answer but the export itself. */
  private Optional<BlockDevice> chooseOldWay(ByteBuffer name, boolean zeroes) throws IOException {
    BlockDevice device = exports.get(StandardCharsets.UTF_8.decode(name).toString());
    if (device == null) {
      return Optional.empty();
    }
    ByteBuffer export = ByteBuffer.allocate(zeroes ? 134 : 10);
    export.putLong(device.lengthBytes()).putShort(flags(device));
    stream.send(export.rewind());
    return Optional.of(device);
  }

  private void list(int option) throws IOException {
    for (String name : exports.keySet()) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      answer(
          option,
          Nbd.ANSWER_SERVER,
          ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).flip());
    }
    answer(option, Nbd.ANSWER_ACK);
  }

  private @Nullable BlockDevice describe(int option, ByteBuffer data) throws IOException {
    if (data.remaining() < 4 || data.getInt(0) < 0 || data.getInt(0) > data.remaining() - 4) {
      answer(option, Nbd.ANSWER_INVALID);
      return null;
    }
    byte[] name = new byte[data.getInt()];
    data.get(name);
    BlockDevice device = exports.get(new String(name, StandardCharsets.UTF_8));
    if (device == null) {
      answer(option, Nbd.ANSWER_UNKNOWN);
      return null;
    }
    answer(
        option,
        Nbd.ANSWER_INFO,
        ByteBuffer.allocate(12)
            .putShort((short) Nbd.INFO_EXPORT)
            .putLong(device.lengthBytes())
            .putShort(flags(device))
            .flip());
    answer(
        option,
        Nbd.ANSWER_INFO,
        ByteBuffer.allocate(14)
            .putShort((short) Nbd.INFO_BLOCK_SIZE)
            .putInt(1)
            .putInt(PREFERRED_BLOCK_BYTES)
            .putInt(Nbd.MAX_TRANSFER_BYTES)
            .flip());
    answer(option, Nbd.ANSWER_ACK);
    return device;
  }

  private static short flags(BlockDevice device) {
    int flags = Nbd.HAS_FLAGS | Nbd.SEND_FLUSH;
    flags |=
        device.readOnly() ? Nbd.READ_ONLY : Nbd.SEND_FUA | Nbd.SEND_TRIM | Nbd.SEND_WRITE_ZEROES;
    return (short) flags;
  }

  private void answer(int option, int type) throws IOException {
    answer(option, type, ByteBuffer.allocate(0));
  }

  private void answer(int option, int type, ByteBuffer data) throws IOException {
    ByteBuffer head =
        ByteBuffer.allocate(20)
            .putLong(Nbd.ANSWER)
            .putInt(option)
            .putInt(type)
            .putInt(data.remaining())
            .flip();
    stream.send(head, data);
  }
}

package dev.marey.machine.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the requests of one client, each before it reads the next: then nothing of a guest that
 * QEMU has drained is under way here.
 *
 * <p>Threading: one thread.
 */
final class NbdConnection {

  private static final Logger LOG = LoggerFactory.getLogger(NbdConnection.class);
  private static final int USUAL_BYTES = 1 << 20;

  private final NbdStream stream;
  private final BlockDevice device;
  private final ByteBuffer request = ByteBuffer.allocateDirect(Nbd.REQUEST_BYTES);
  private final ByteBuffer reply = ByteBuffer.allocateDirect(Nbd.REPLY_BYTES);
  private ByteBuffer data = ByteBuffer.allocateDirect(USUAL_BYTES);

  NbdConnection(NbdStream stream, BlockDevice device) {
    this.stream = stream;
    this.device = device;
  }

  /** Returns when the client has left. */
  void run() throws IOException {
    try {
      while (answerNext()) {
        // one after the other
      }
    } catch (EOFException | ClosedChannelException e) {
      LOG.debug("a client of a disk has left: {}", e.toString());
    }
  }

  private boolean answerNext() throws IOException {
    stream.receive(request.clear());
    request.flip();
    if (request.getInt() != Nbd.REQUEST) {
      throw new IOException("a request to a disk does not begin like one");
    }
    request.getShort();
    int command = request.getShort();
    long cookie = request.getLong();
    long offset = request.getLong();
    long length = request.getInt() & 0xffffffffL;
    if (command == Nbd.DISCONNECT) {
      return false;
    }
    boolean carriesData = command == Nbd.READ || command == Nbd.WRITE;
    if (carriesData && length > Nbd.MAX_TRANSFER_BYTES) {
      throw new IOException("a request to a disk is " + length + " bytes long");
    }
    ByteBuffer body = room(carriesData ? (int) length : 0);
    if (command == Nbd.WRITE) {
      stream.receive(body);
      body.flip();
    }
    int error = carryOut(command, offset, length, body);
    reply.clear().putInt(Nbd.REPLY).putInt(error).putLong(cookie).flip();
    if (command == Nbd.READ && error == Nbd.OK) {
      stream.send(reply, body.flip());
    } else {
      stream.send(reply);
    }
    return true;
  }

  private ByteBuffer room(int lengthBytes) {
    if (lengthBytes > data.capacity()) {
      data = ByteBuffer.allocateDirect(lengthBytes);
    }
    return data.clear().limit(lengthBytes);
  }

  private int carryOut(int command, long offset, long length, ByteBuffer body) {
    boolean writes = command == Nbd.WRITE || command == Nbd.TRIM || command == Nbd.WRITE_ZEROES;
    if (command != Nbd.FLUSH
        && (offset < 0
            || offset > device.lengthBytes()
            || length > device.lengthBytes() - offset)) {
      return Nbd.EINVAL;
    }
    if (writes && device.readOnly()) {
      return Nbd.EPERM;
    }
    try {
      switch (command) {
        case Nbd.READ -> device.read(offset, body);
        case Nbd.WRITE -> device.write(offset, body);
        case Nbd.TRIM, Nbd.WRITE_ZEROES -> device.zero(offset, length);
        case Nbd.FLUSH -> device.flush();
        default -> {
          return Nbd.EINVAL;
        }
      }
      return Nbd.OK;
    } catch (NoRoomException e) {
      LOG.warn("the guest's disk can't be written: {}", e.getMessage());
      return Nbd.ENOSPC;
    } catch (IOException | RuntimeException e) {
      LOG.error("a request to the guest's disk failed", e);
      return Nbd.EIO;
    }
  }
}

package dev.marey.uffd;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What the agent says of the process it is in. Its layout in bytes, host byte order, is drawn in
 * {@code agent.c}.
 *
 * @param pid as the process itself sees it
 * @param systemCallErrno 0 if userfaultfd(2) gave a descriptor
 * @param deviceErrno 0 if /dev/userfaultfd gave one, or was not needed
 * @param executable real path of the program
 */
record AgentGreeting(int pid, int systemCallErrno, int deviceErrno, Path executable) {

  static final int MAX_BYTES = 24 + 4096;

  private static final byte[] MAGIC = "MRYA".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int FIXED_BYTES = 24;

  /**
   * Reads a greeting.
   *
   * @param message in host byte order, from position to limit
   */
  static AgentGreeting parse(ByteBuffer message) throws NativeIoException {
    if (message.remaining() < FIXED_BYTES) {
      throw unreadable("it has " + message.remaining() + " bytes");
    }
    byte[] magic = new byte[MAGIC.length];
    message.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw unreadable("it does not begin with MRYA");
    }
    int version = message.getInt();
    if (version != VERSION) {
      throw unreadable("its version is " + version + ", not " + VERSION);
    }
    int pid = message.getInt();
    int systemCallErrno = message.getInt();
    int deviceErrno = message.getInt();
    int pathBytes = message.getInt();
    if (pathBytes != message.remaining()) {
      throw unreadable("its path has " + message.remaining() + " bytes, not " + pathBytes);
    }
    byte[] path = new byte[pathBytes];
    message.get(path);
    return new AgentGreeting(
        pid, systemCallErrno, deviceErrno, Path.of(new String(path, StandardCharsets.UTF_8)));
  }

  private static NativeIoException unreadable(String why) {
    return new NativeIoException(
        "recvmsg from the agent",
        0,
        "the greeting of the agent in QEMU cannot be read: " + why + ". Start Marey again.");
  }
}

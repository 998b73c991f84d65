package dev.marey.machine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file without a name and without a disk, which QEMU writes and we read, again and again.
 *
 * <p>Threading: one thread at a time.
 */
final class ScratchMemory implements AutoCloseable {

  private static final int MFD_CLOEXEC = 1;

  private final LibC libc;
  private final int fd;
  private final FileChannel channel;

  private ScratchMemory(LibC libc, int fd, FileChannel channel) {
    this.libc = libc;
    this.fd = fd;
    this.channel = channel;
  }

  static ScratchMemory create() throws MachineException {
    LibC libc = LibC.Bound.LIBC;
    int fd = libc.memfd_create("device-state", MFD_CLOEXEC);
    if (fd < 0) {
      throw new MachineException("memfd_create for a device state failed.");
    }
    boolean done = false;
    try {
      ScratchMemory made =
          new ScratchMemory(libc, fd, FileChannel.open(path(fd), StandardOpenOption.READ));
      done = true;
      return made;
    } catch (IOException e) {
      throw new MachineException("Opening a memfd again failed: " + e.getMessage(), e);
    } finally {
      if (!done) {
        libc.close(fd);
      }
    }
  }

  private static Path path(int fd) {
    return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + fd);
  }

  /** Where another process of the same user opens it. */
  Path path() {
    return path(fd);
  }

  /** All that is in it. */
  ByteBuffer read() throws IOException {
    ByteBuffer content = ByteBuffer.allocate((int) channel.size());
    while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {
      // until it is whole
    }
    return content.flip();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("closing a memfd failed", e);
    } finally {
      libc.close(fd);
    }
  }
}

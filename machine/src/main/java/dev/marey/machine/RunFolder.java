package dev.marey.machine;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A folder of one QEMU process for its sockets, readable by its user alone; deleted with the
 * process.
 */
record RunFolder(Path path) {

  // sockaddr_un.sun_path holds 108 bytes with its closing zero
  private static final int MAX_SOCKET_PATH_BYTES = 107;

  static RunFolder createIn(Path parent) throws MachineException {
    try {
      Files.createDirectories(parent);
      RunFolder folder = new RunFolder(Files.createTempDirectory(parent, "m").toAbsolutePath());
      int bytes = folder.socket("x").toString().getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_SOCKET_PATH_BYTES) {
        folder.delete();
        throw new MachineException(
            "The folder for sockets, "
                + parent
                + ", has too long a path: a socket in it would need "
                + bytes
                + " bytes, the kernel allows "
                + MAX_SOCKET_PATH_BYTES
                + ". Use a shorter folder, such as one below /run/user or /tmp.");
      }
      return folder;
    } catch (IOException e) {
      throw new MachineException(
          "Making a folder for sockets in "
              + parent
              + " failed: "
              + e
              + ". Check that it exists and may be written to.",
          e);
    }
  }

  Path socket(String name) {
    return path.resolve(name);
  }

  /** Listens before QEMU starts, so that QEMU connects at once and nobody polls. */
  ServerSocketChannel listen(String name) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket(name)), 1);
    return server;
  }

  void delete() {
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // a folder of dead sockets does no harm; the next clean-up of /tmp or /run takes it
      path.toFile().deleteOnExit();
    }
  }
}

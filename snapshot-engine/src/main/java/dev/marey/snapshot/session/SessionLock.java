package dev.marey.snapshot.session;

import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a session to one process. The lock ends with the process, however that ends; the file
 * {@code owner} beside it only names the process for people.
 *
 * <p>The kernel drops a process's lock as soon as it closes <em>any</em> descriptor of the locked
 * file. So a second attempt by the same process must not even open it: {@code owner} tells.
 *
 * <p>Threading: any (no state that changes).
 */
final class SessionLock implements AutoCloseable {

  private final FileChannel channel;
  private final Path owner;

  private SessionLock(FileChannel channel, Path owner) {
    this.channel = channel;
    this.owner = owner;
  }

  static SessionLock take(Path folder) throws SnapshotException {
    Path owner = folder.resolve("owner");
    String self = describe(ProcessHandle.current());
    try {
      if (self.equals(readOwner(owner))) {
        throw inUse(folder, "this program");
      }
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean taken = false;
      try {
        FileLock lock = tryLock(channel);
        if (lock == null) {
          String holder = readOwner(owner);
          throw inUse(
              folder, holder == null ? "another process" : "process " + holder.split(" ", 2)[0]);
        }
        Files.writeString(owner, self);
        taken = true;
        return new SessionLock(channel, owner);
      } finally {
        if (!taken) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw SnapshotException.ofFile("open the session", folder, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static @Nullable String readOwner(Path owner) throws IOException {
    return Files.exists(owner) ? Files.readString(owner, StandardCharsets.UTF_8) : null;
  }

  private static String describe(ProcessHandle process) {
    return process.pid()
        + " since "
        + process.info().startInstant().map(Object::toString).orElse("unknown");
  }

  private static SnapshotException inUse(Path folder, String by) {
    return new SnapshotException(
        "Could not open the session "
            + folder
            + ": it is in use by "
            + by
            + ". Close it there, then try again.");
  }

  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(owner);
    } finally {
      channel.close();
    }
  }
}

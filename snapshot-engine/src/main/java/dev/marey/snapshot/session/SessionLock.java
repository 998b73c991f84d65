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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  private static final Logger LOG = LoggerFactory.getLogger(SessionLock.class);

  private final @Nullable FileChannel channel;
  private final @Nullable Path owner;

  /**
   * A lock that is held.
   *
   * @param channel of the locked file; none where there is no such file and none can be made
   * @param owner to delete at the end; none if it is not ours
   */
  private SessionLock(@Nullable FileChannel channel, @Nullable Path owner) {
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
        FileLock lock = channel.tryLock();
        if (lock == null) {
          String holder = readOwner(owner);
          throw inUse(
              folder, holder == null ? "another process" : "process " + holder.split(" ", 2)[0]);
        }
        taken = true;
        note(owner, self);
        return new SessionLock(channel, owner);
      } catch (OverlappingFileLockException e) {
        // This process has it. Closing this channel now would drop that lock.
        taken = true;
        throw inUse(folder, "this program");
      } finally {
        if (!taken) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw SnapshotException.ofFile("open the session", folder, e);
    }
  }

  /** Keeps those who would write away for as long as it is read, and writes nothing. */
  static SessionLock share(Path folder) throws SnapshotException {
    Path lock = folder.resolve("lock");
    try {
      if (describe(ProcessHandle.current()).equals(readOwner(folder.resolve("owner")))) {
        throw inUse(folder, "this program");
      }
      if (!Files.exists(lock)) {
        return new SessionLock(null, null);
      }
      FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ);
      boolean taken = false;
      try {
        taken = channel.tryLock(0, Long.MAX_VALUE, true) != null;
        if (!taken) {
          throw inUse(folder, "another process");
        }
        return new SessionLock(channel, null);
      } catch (OverlappingFileLockException e) {
        // This process reads it already. Closing this channel now would drop that lock.
        taken = true;
        return new SessionLock(channel, null);
      } finally {
        if (!taken) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw SnapshotException.ofFile("open the session", folder, e);
    }
  }

  /** For people; the lock counts without it, and a full disk must not keep a session closed. */
  private static void note(Path owner, String self) {
    try {
      Files.writeString(owner, self);
    } catch (IOException e) {
      LOG.info("who has the session open is not noted: {}", e.getMessage());
    }
  }

  /** What is there, readable or not; null if nothing can be read. */
  private static @Nullable String readOwner(Path owner) {
    try {
      return new String(Files.readAllBytes(owner), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return null;
    }
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
      if (owner != null) {
        Files.deleteIfExists(owner);
      }
    } finally {
      if (channel != null) {
        channel.close();
      }
    }
  }
}

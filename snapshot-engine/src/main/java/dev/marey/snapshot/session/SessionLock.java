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
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a session to one process that writes it, or to those that read it. The lock ends with the
 * process, however that ends; the file {@code owner} beside it only names the process for people.
 *
 * <p>The kernel drops a process's lock as soon as it closes <em>any</em> descriptor of the locked
 * file. So there is one open file for each session in the whole process, as there is one lock, and
 * it is closed by the last who needs it.
 *
 * <p>Threading: any (lock: the locks of this process).
 */
final class SessionLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SessionLock.class);

  /**
   * What this process has locked, by the identity of the locked file, which does not depend on how
   * the folder is called; by the folder where there is no such file. The kernel keeps as much for
   * the process as a whole.
   */
  private static final Map<Object, Held> HELD = new HashMap<>();

  /** One lock of this process. Guarded by {@link #HELD}. */
  private static final class Held {
    private final boolean writes;
    private final @Nullable FileChannel channel;
    private int users;

    /**
     * A lock that somebody is about to use.
     *
     * @param channel of the locked file; none where there is no such file and none can be made
     */
    Held(boolean writes, @Nullable FileChannel channel) {
      this.writes = writes;
      this.channel = channel;
    }
  }

  private final Object key;
  private final Held held;

  /** To delete at the end; none if it is not ours. */
  private final @Nullable Path owner;

  /** Guarded by {@link #HELD}. */
  private boolean closed;

  private SessionLock(Object key, Held held, @Nullable Path owner) {
    this.key = key;
    this.held = held;
    this.owner = owner;
    held.users++;
    HELD.put(key, held);
  }

  /** Keeps everybody else away. */
  static SessionLock take(Path folder) throws SnapshotException {
    Path lock = folder.resolve("lock");
    Path owner = folder.resolve("owner");
    synchronized (HELD) {
      try {
        if (HELD.containsKey(key(folder)) || HELD.containsKey(key(lock))) {
          throw inUse(folder, "this program");
        }
        FileChannel channel =
            locked(
                folder,
                FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                false);
        note(owner);
        return new SessionLock(key(lock), new Held(true, channel), owner);
      } catch (IOException e) {
        throw SnapshotException.ofFile("open the session", folder, e);
      }
    }
  }

  /** Keeps those who would write away for as long as it is read, and writes nothing. */
  static SessionLock share(Path folder) throws SnapshotException {
    Path lock = folder.resolve("lock");
    synchronized (HELD) {
      try {
        boolean exists = Files.exists(lock);
        Object key = key(exists ? lock : folder);
        Held held = HELD.get(key);
        if (held == null) {
          FileChannel channel =
              exists ? locked(folder, FileChannel.open(lock, StandardOpenOption.READ), true) : null;
          held = new Held(false, channel);
        } else if (held.writes) {
          throw inUse(folder, "this program");
        }
        return new SessionLock(key, held, null);
      } catch (IOException e) {
        throw SnapshotException.ofFile("open the session", folder, e);
      }
    }
  }

  /** The channel once its file is locked; closed if another process has that. */
  private static FileChannel locked(Path folder, FileChannel channel, boolean shared)
      throws IOException, SnapshotException {
    boolean close = true;
    try {
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
      if (lock == null) {
        throw inUse(folder, shared ? "another process" : owner(folder.resolve("owner")));
      }
      close = false;
      return channel;
    } catch (OverlappingFileLockException e) {
      // Not through this class, but this process has it. Closing the channel would drop that lock.
      close = false;
      throw inUse(folder, "this program");
    } finally {
      if (close) {
        channel.close();
      }
    }
  }

  /** Says which file it is, by whatever name; the name where there is none yet. */
  private static Object key(Path file) throws IOException {
    if (!Files.exists(file)) {
      return file.toAbsolutePath().normalize();
    }
    if (Files.isDirectory(file)) {
      return file.toRealPath();
    }
    Object identity = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    return Objects.requireNonNullElseGet(identity, file::toAbsolutePath);
  }

  /** For people; the lock counts without it, and a full disk must not keep a session closed. */
  private static void note(Path owner) {
    try {
      Files.writeString(owner, describe(ProcessHandle.current()));
    } catch (IOException e) {
      LOG.info("who has the session open is not noted: {}", e.getMessage());
    }
  }

  /** Who has it, as far as that can be read. */
  private static String owner(Path owner) {
    try {
      String text = new String(Files.readAllBytes(owner), StandardCharsets.UTF_8);
      return "process " + text.split(" ", 2)[0];
    } catch (IOException e) {
      return "another process";
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
    synchronized (HELD) {
      if (closed) {
        return;
      }
      closed = true;
      held.users--;
      if (held.users > 0) {
        return;
      }
      HELD.remove(key);
      try {
        if (owner != null) {
          Files.deleteIfExists(owner);
        }
      } finally {
        if (held.channel != null) {
          held.channel.close();
        }
      }
    }
  }
}

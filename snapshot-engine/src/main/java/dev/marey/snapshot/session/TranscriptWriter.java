package dev.marey.snapshot.session;

import dev.marey.snapshot.Node.ConsoleOffset;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * Console output of the branch that is being lived. Appending is one write to the file system.
 *
 * <p>Threading: any (lock: this; another for the disk, taken before it).
 */
public final class TranscriptWriter implements AutoCloseable {

  private final int branch;
  private final Path path;
  private final Path branchFile;
  private final RandomAccessFile file;
  private final CountedFiles counted;
  private long bytes;
  private boolean closed;

  /** Held by who syncs or closes the file. */
  private final Object disk = new Object();

  /** Guarded by {@link #disk}. */
  private boolean ended;

  TranscriptWriter(
      int branch, Path path, Path branchFile, RandomAccessFile file, CountedFiles counted) {
    this.branch = branch;
    this.path = path;
    this.branchFile = branchFile;
    this.file = file;
    this.counted = counted;
  }

  /** Adds output of the guest. */
  public synchronized void append(byte[] output, int offset, int length) throws SnapshotException {
    if (closed) {
      return;
    }
    try {
      file.seek(bytes);
      file.write(output, offset, length);
      bytes += length;
      counted.grew(length);
    } catch (IOException e) {
      throw SnapshotException.ofFile("write the console transcript", path, e);
    }
  }

  /** Where the next byte will be. */
  public synchronized ConsoleOffset offset() {
    return new ConsoleOffset(branch, bytes);
  }

  /**
   * Returns when all output so far is on disk. Output is taken meanwhile: the guest's pause waits
   * for what it has printed to be taken, and must not wait for the disk. Once closed it needs the
   * disk no more after that.
   */
  public void force() throws SnapshotException {
    synchronized (disk) {
      if (ended) {
        return;
      }
      boolean last = isClosed();
      try {
        file.getFD().sync();
      } catch (IOException e) {
        throw SnapshotException.ofFile("sync the console transcript", path, e);
      }
      if (last) {
        end();
      }
    }
  }

  /** Whether it is closed and on disk. */
  boolean isEnded() {
    synchronized (disk) {
      return ended;
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /**
   * Later output is dropped: it belongs to a machine that is no longer live. Who closes it may be
   * in a hurry; {@link #force} brings it to the disk before the next node is complete. One without
   * output has nothing to bring there.
   */
  @Override
  public void close() throws SnapshotException {
    boolean empty;
    synchronized (this) {
      closed = true;
      empty = bytes == 0;
    }
    if (empty) {
      end();
    }
  }

  /** Closes, and returns when all output is on disk. */
  void finish() throws SnapshotException {
    close();
    try {
      force();
    } finally {
      end();
    }
  }

  private void end() throws SnapshotException {
    synchronized (disk) {
      ended = true;
      try {
        file.close();
      } catch (IOException e) {
        throw SnapshotException.ofFile("close the console transcript", path, e);
      }
    }
  }

  /** Closes and removes the transcript. No node may lie in it. */
  public void discard() throws SnapshotException {
    close();
    end();
    counted.delete(path, "a console transcript");
    counted.delete(branchFile, "a console transcript");
  }
}

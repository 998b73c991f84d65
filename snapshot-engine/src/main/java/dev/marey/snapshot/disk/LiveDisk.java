package dev.marey.snapshot.disk;

import dev.marey.machine.disk.BlockDevice;
import dev.marey.machine.disk.DiskImage;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A disk that the guest of one machine reads and writes while captures of it are being saved.
 *
 * <p>Nothing is synced for the guest: it ends with its machine, and what a node keeps of the disk
 * is durable with the node.
 *
 * <p>Threading: any. The lock is fair, so that the saver, who takes it again and again, lets the
 * guest in.
 */
public final class LiveDisk implements BlockDevice, AutoCloseable {

  private final ReentrantLock lock = new ReentrantLock(true);
  private final DiskWrites disk;
  private final long lengthBytes;
  private boolean closed;

  /**
   * @param map the disk's content, on top of the image
   * @param scratch empty and as long as the disk in whole blocks; this disk closes it
   */
  LiveDisk(DiskImage image, PageStore store, ScratchFile scratch, PageMap map) {
    this.disk = new DiskWrites(image, store, scratch, map);
    this.lengthBytes = image.lengthBytes();
  }

  @Override
  public long lengthBytes() {
    return lengthBytes;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public void read(long offsetBytes, ByteBuffer into) throws IOException {
    lock.lock();
    try {
      checkOpen();
      disk.read(offsetBytes, into);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void write(long offsetBytes, ByteBuffer from) throws IOException {
    lock.lock();
    try {
      checkOpen();
      disk.write(offsetBytes, from);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void zero(long offsetBytes, long lengthBytes) throws IOException {
    lock.lock();
    try {
      checkOpen();
      disk.zero(offsetBytes, lengthBytes);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flush() {
    // see the class: durable with the node
  }

  /** A request may be under way when its QEMU has just been ended. */
  private void checkOpen() throws IOException {
    if (closed) {
      throw new IOException("the machine has ended");
    }
  }

  /** Blocks whose content differs from the last node's. */
  public int writtenBlocks() {
    lock.lock();
    try {
      return disk.writtenBlocks();
    } finally {
      lock.unlock();
    }
  }

  /** By which pages of the page store are read now. */
  PageMap map() {
    lock.lock();
    try {
      return disk.map();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Begins a capture of the disk as it is now; the machine must stand still. A {@link DiskSaver}
   * brings it to its end.
   */
  DiskCapture beginCapture() {
    lock.lock();
    try {
      return disk.beginCapture();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stores some blocks of a capture.
   *
   * @return whether there is more to do
   */
  boolean step(DiskCapture capture, int blocksAtMost) {
    lock.lock();
    try {
      return disk.step(capture, blocksAtMost);
    } finally {
      lock.unlock();
    }
  }

  /** Gives a capture up, and those begun after it; what they lack is in the next one. */
  void giveUp(DiskCapture capture, SnapshotException cause) {
    lock.lock();
    try {
      disk.giveUp(capture, cause);
    } finally {
      lock.unlock();
    }
  }

  /** The disk becomes what it was at a node. The machine must stand still, with nothing unsaved. */
  void revertTo(PageMap map) throws SnapshotException {
    lock.lock();
    try {
      disk.revertTo(map);
    } finally {
      lock.unlock();
    }
  }

  /** Gives up what is unfinished. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      disk.close();
    } finally {
      lock.unlock();
    }
  }
}

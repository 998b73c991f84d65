package dev.marey.snapshot.disk;

import dev.marey.snapshot.SnapshotException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Body of the thread that brings a machine's unfinished disk captures into the page store, in the
 * order they were begun, a few blocks at a time.
 *
 * <p>Threading: {@link #run} is the thread; all else any.
 */
final class DiskSaver implements Runnable, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DiskSaver.class);
  private static final int BLOCKS_AT_ONCE = 32;

  private final BlockingQueue<Optional<Work>> queue = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this, "marey-disk-saver");

  private record Work(List<LiveDisk> disks, List<DiskCapture> captures) {}

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes over captures, one of each disk. */
  void submit(List<LiveDisk> disks, List<DiskCapture> captures) {
    queue.add(Optional.of(new Work(List.copyOf(disks), List.copyOf(captures))));
  }

  @Override
  public void run() {
    try {
      for (Optional<Work> next = queue.take(); next.isPresent(); next = queue.take()) {
        save(next.get());
      }
    } catch (InterruptedException e) {
      LOG.debug("disk saver interrupted", e);
    }
  }

  private static void save(Work work) {
    for (int i = 0; i < work.disks.size(); i++) {
      save(work.disks.get(i), work.captures.get(i));
    }
  }

  private static void save(LiveDisk disk, DiskCapture capture) {
    try {
      boolean more = true;
      while (more) {
        more = disk.step(capture, BLOCKS_AT_ONCE);
      }
    } catch (RuntimeException | Error e) {
      // Nobody may wait for it any more, whatever it was.
      LOG.error("saving a disk failed", e);
      disk.giveUp(capture, new SnapshotException("Saving a disk failed: " + e, e));
    }
  }

  /** Ends when everything submitted is stored, or has failed. */
  @Override
  public void close() {
    queue.add(Optional.empty());
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

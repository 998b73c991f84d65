package dev.marey.snapshot.disk;

import dev.marey.machine.disk.DiskImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * An image that several readers share, the running guest among them. An interruption of one of them
 * while it reads would close the file or the connection for all, so threads that nobody interrupts
 * read for them.
 *
 * <p>Threading: any.
 */
final class SteadyImage implements DiskImage {

  private static final ExecutorService READERS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          1,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          work -> {
            Thread thread = new Thread(work, "marey-image-reader");
            thread.setDaemon(true);
            return thread;
          });

  private final DiskImage image;

  SteadyImage(DiskImage image) {
    this.image = image;
  }

  @Override
  public long lengthBytes() {
    return image.lengthBytes();
  }

  /** An interruption of the caller is put off until the read is over. */
  @Override
  public void read(long offsetBytes, ByteBuffer into) throws IOException {
    Future<ByteBuffer> reading =
        READERS.submit(
            () -> {
              image.read(offsetBytes, into);
              return into;
            });
    boolean interrupted = false;
    try {
      while (true) {
        try {
          ByteBuffer unused = reading.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof IOException failure
          ? new IOException(failure.getMessage(), failure)
          : new IOException("Reading a disk image failed: " + cause, cause);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() throws IOException {
    image.close();
  }
}

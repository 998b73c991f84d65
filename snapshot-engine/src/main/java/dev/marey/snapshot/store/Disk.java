package dev.marey.snapshot.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;

/**
 * What the store asks of the disk. Tests put one in its place that refuses.
 *
 * <p>Threading: any.
 */
interface Disk {

  /** The one there is. */
  Disk HOST =
      new Disk() {
        @Override
        public void read(Path path, MappedByteBuffer mapping, int offset, byte[] into, int length) {
          mapping.get(offset, into, 0, length);
        }

        @Override
        public void write(Path path, RandomAccessFile file, int offset, byte[] bytes, int length)
            throws IOException {
          file.seek(offset);
          file.write(bytes, 0, length);
        }

        @Override
        public void sync(Path path, RandomAccessFile file) throws IOException {
          file.getFD().sync();
        }
      };

  /**
   * Copies bytes of a file.
   *
   * @throws InternalError how the JVM reports a bus error: an unreadable sector, or a file cut off
   *     under us
   */
  void read(Path path, MappedByteBuffer mapping, int offset, byte[] into, int length);

  void write(Path path, RandomAccessFile file, int offset, byte[] bytes, int length)
      throws IOException;

  /** See fsync(2): what could not be written is named once, and taken for written from then on. */
  void sync(Path path, RandomAccessFile file) throws IOException;
}

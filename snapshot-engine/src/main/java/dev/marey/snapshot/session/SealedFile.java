package dev.marey.snapshot.session;

import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Every small file of a session: written whole, synced and renamed, and checked when read. Numbers
 * are big-endian.
 *
 * <pre>
 *  0  magic MAREY, three zeroes     8
 *  8  kind, ASCII, zero-padded      8   session guest node marks map state shape …
 * 16  version                     u32
 * 20  length of the body          u32
 * 24  CRC32C of bytes 0..23 and the body  u32
 * 28  body
 * </pre>
 *
 * <p>Threading: no state.
 */
final class SealedFile {

  static final int VERSION = 1;
  static final int HEADER_BYTES = 28;

  private static final long MAGIC = 0x4d41524559000000L; // MAREY
  private static final int CRC_OFFSET = 24;

  private SealedFile() {}

  /** Durable when it returns. */
  static void write(Path path, String kind, byte[] body) throws SnapshotException {
    try {
      DurableFiles.write(path, seal(kind, body));
    } catch (IOException e) {
      throw SnapshotException.ofFile("write the session", path, e);
    }
  }

  /** Survives the end of this process, but perhaps not that of the host. */
  static void writeUnsynced(Path path, String kind, byte[] body) throws SnapshotException {
    try {
      Files.write(path, seal(kind, body));
    } catch (IOException e) {
      throw SnapshotException.ofFile("write the session", path, e);
    }
  }

  private static byte[] seal(String kind, byte[] body) {
    ByteBuffer file = ByteBuffer.allocate(HEADER_BYTES + body.length);
    file.putLong(MAGIC).put(Arrays.copyOf(kind.getBytes(StandardCharsets.US_ASCII), 8));
    file.putInt(VERSION).putInt(body.length).putInt(0).put(body);
    file.putInt(CRC_OFFSET, crc(file.array()));
    return file.array();
  }

  /**
   * The body of a file.
   *
   * @throws DamagedFileException if the file is missing, not what was written, or the disk does not
   *     give it
   */
  static byte[] read(Path path, String kind) throws SnapshotException {
    byte[] file;
    try {
      file = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw new DamagedFileException(path, "it is missing");
    } catch (IOException e) {
      throw DamagedFileException.unreadable(path, e);
    }
    if (file.length < HEADER_BYTES) {
      throw new DamagedFileException(path, "it is cut short");
    }
    ByteBuffer header = ByteBuffer.wrap(file);
    if (header.getLong(0) != MAGIC) {
      throw new DamagedFileException(path, "it does not begin as a file of Marey does");
    }
    if (header.getInt(20) > file.length - HEADER_BYTES) {
      throw new DamagedFileException(path, "it is cut short");
    }
    if (header.getInt(20) != file.length - HEADER_BYTES || header.getInt(CRC_OFFSET) != crc(file)) {
      throw new DamagedFileException(path, "its checksum is wrong");
    }
    if (header.getInt(16) > VERSION) {
      throw new SnapshotException(
          "Could not read the session ("
              + path
              + "): it was written by a newer Marey (format "
              + header.getInt(16)
              + ", this one knows "
              + VERSION
              + "). Open it with that version.");
    }
    if (!kind.equals(new String(file, 8, 8, StandardCharsets.US_ASCII).replace("\0", ""))) {
      throw new DamagedFileException(path, "it is another kind of file than its name says");
    }
    return Arrays.copyOfRange(file, HEADER_BYTES, file.length);
  }

  private static int crc(byte[] file) {
    CRC32C crc = new CRC32C();
    crc.update(file, 0, CRC_OFFSET);
    crc.update(file, HEADER_BYTES, file.length - HEADER_BYTES);
    return (int) crc.getValue();
  }
}

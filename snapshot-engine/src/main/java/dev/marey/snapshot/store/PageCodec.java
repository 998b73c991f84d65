package dev.marey.snapshot.store;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.CRC32C;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * One thread's buffers and algorithms for turning a page into a record and back; nothing is
 * allocated after it was made.
 *
 * <p>Threading: belongs to one thread.
 */
final class PageCodec {

  private static final int PAGE_BYTES = BlockFormat.PAGE_BYTES;
  private static final byte[] ZEROES = new byte[PAGE_BYTES];
  private static final LZ4Factory LZ4 = LZ4Factory.fastestInstance();

  private final byte[] page = new byte[PAGE_BYTES];
  private final byte[] compressed =
      new byte
          [BlockFormat.RECORD_HEADER_BYTES + LZ4.fastCompressor().maxCompressedLength(PAGE_BYTES)];
  private final byte[] digestBytes = new byte[32];
  private final ByteBuffer digestView = ByteBuffer.wrap(digestBytes);
  private final MessageDigest sha256;
  private final CRC32C crc = new CRC32C();
  private final LZ4Compressor compressor = LZ4.fastCompressor();
  private final LZ4SafeDecompressor decompressor = LZ4.safeDecompressor();

  PageCodec() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no SHA-256", e);
    }
  }

  void load(ByteBuffer source) {
    source.get(source.position(), page, 0, PAGE_BYTES);
  }

  void load(long nativeAddress) {
    MemoryIO.getInstance().getByteArray(nativeAddress, page, 0, PAGE_BYTES);
  }

  void unload(ByteBuffer target) {
    target.put(target.position(), page, 0, PAGE_BYTES);
  }

  void unload(long nativeAddress) {
    MemoryIO.getInstance().putByteArray(nativeAddress, page, 0, PAGE_BYTES);
  }

  boolean isZero() {
    return page[0] == 0 && Arrays.equals(page, ZEROES);
  }

  void clear() {
    Arrays.fill(page, (byte) 0);
  }

  /** Hashes the page; {@link #hashHigh} and {@link #hashLow} give the result. */
  void hash() {
    sha256.update(page, 0, PAGE_BYTES);
    try {
      sha256.digest(digestBytes, 0, digestBytes.length);
    } catch (DigestException e) {
      throw new IllegalStateException("SHA-256 does not fit into 32 bytes", e);
    }
  }

  long hashHigh() {
    return digestView.getLong(0);
  }

  long hashLow() {
    return digestView.getLong(8);
  }

  /** Makes {@link #record()} from the page; returns the length of its data. */
  int compress() {
    int header = BlockFormat.RECORD_HEADER_BYTES;
    int length =
        compressor.compress(page, 0, PAGE_BYTES, compressed, header, compressed.length - header);
    if (length >= PAGE_BYTES) {
      System.arraycopy(page, 0, compressed, header, PAGE_BYTES);
      length = PAGE_BYTES;
    }
    int sum = dataCrc(length);
    compressed[0] = (byte) (sum >>> 24);
    compressed[1] = (byte) (sum >>> 16);
    compressed[2] = (byte) (sum >>> 8);
    compressed[3] = (byte) sum;
    return length;
  }

  /** Room for a record: checksum, then data. */
  byte[] record() {
    return compressed;
  }

  /** Whether the record's checksum is that of its data. */
  boolean isSound(int dataLength) {
    int sum =
        ((compressed[0] & 0xff) << 24)
            | ((compressed[1] & 0xff) << 16)
            | ((compressed[2] & 0xff) << 8)
            | (compressed[3] & 0xff);
    return sum == dataCrc(dataLength);
  }

  /** Makes the page from a sound {@link #record()}; false if that is impossible. */
  boolean decompress(int dataLength) {
    int header = BlockFormat.RECORD_HEADER_BYTES;
    if (dataLength == PAGE_BYTES) {
      System.arraycopy(compressed, header, page, 0, PAGE_BYTES);
      return true;
    }
    try {
      return decompressor.decompress(compressed, header, dataLength, page, 0, PAGE_BYTES)
          == PAGE_BYTES;
    } catch (LZ4Exception e) {
      return false;
    }
  }

  private int dataCrc(int length) {
    crc.reset();
    crc.update(compressed, BlockFormat.RECORD_HEADER_BYTES, length);
    return (int) crc.getValue();
  }
}

package dev.marey.snapshot.bundle;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * Reads the entries of a bundle one after the other. Each must be the one that is due and as long
 * as it is said to be: a name is compared, and never used as one.
 *
 * <p>Threading: one thread.
 */
final class EntryReader {

  /** Takes an entry's content; all of it. */
  @FunctionalInterface
  interface Content {
    void readFrom(InputStream in) throws IOException;
  }

  private static final int MOST_TEXT = 1000;

  private final ZipInputStream zip;
  private final StringBuilder checksums = new StringBuilder();

  EntryReader(InputStream file) {
    this.zip = new ZipInputStream(file, StandardCharsets.UTF_8);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Reads the entry that is due, which must have exactly this length. */
  void entry(String name, long bytes, Content content) throws IOException {
    next(name);
    MessageDigest digest = sha256();
    Limited in = new Limited(new DigestInputStream(zip, digest), name, bytes);
    content.readFrom(in);
    if (in.left > 0) {
      throw new BadBundleException(name + " was not read to its end");
    }
    end(name);
    checksums.append(EntryWriter.line(name, digest.digest()));
  }

  byte[] entry(String name, int bytes) throws IOException {
    byte[][] content = new byte[1][];
    entry(name, bytes, in -> content[0] = in.readNBytes(bytes));
    return content[0];
  }

  /** The first entry, however long it is up to a limit. */
  byte[] first(String name, int mostBytes) throws IOException {
    next(name);
    byte[] content = zip.readNBytes(mostBytes);
    end(name);
    checksums.append(EntryWriter.line(name, sha256().digest(content)));
    return content;
  }

  /** Checks that the last entry has the checksums of all before it. */
  void finish() throws IOException {
    byte[] expected = checksums.toString().getBytes(StandardCharsets.UTF_8);
    next(Manifest.CHECKSUMS);
    byte[] found = zip.readNBytes(expected.length);
    end(Manifest.CHECKSUMS);
    if (!MessageDigest.isEqual(expected, found)) {
      throw new BadBundleException("its checksums are of other content");
    }
    ZipEntry more = zip.getNextEntry();
    if (more != null) {
      throw new BadBundleException("it has more in it than it says");
    }
  }

  private void next(String name) throws IOException {
    ZipEntry entry = nextEntry();
    if (entry == null) {
      throw new BadBundleException("it ends before " + name);
    }
    if (!entry.getName().equals(name)) {
      throw new BadBundleException("it has another entry where " + name + " is due");
    }
  }

  private @org.jspecify.annotations.Nullable ZipEntry nextEntry() throws IOException {
    try {
      return zip.getNextEntry();
    } catch (IllegalArgumentException e) {
      throw new BadBundleException("the name of an entry makes no sense", e);
    }
  }

  private void end(String name) throws IOException {
    if (zip.read() >= 0) {
      throw new BadBundleException(name + " is longer than it says");
    }
  }

  /** What is wrong, for failures of the container itself. */
  static String describe(IOException e) {
    if (e instanceof EOFException) {
      return "it is cut short";
    }
    return e instanceof ZipException ? "it cannot be decompressed (" + plain(e) + ")" : plain(e);
  }

  /** A message in which words of the bundle may stand: they do not play with a terminal. */
  static String plain(Exception e) {
    String text = String.valueOf(e.getMessage()).replaceAll("[\\p{Cntrl}&&[^\n]]", "?");
    return text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) + "…" : text;
  }

  /** Ends where the entry should, and fails if the entry ends before. */
  private static final class Limited extends FilterInputStream {
    private final String name;
    private long left;

    Limited(InputStream in, String name, long bytes) {
      super(in);
      this.name = name;
      this.left = bytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int got = in.read(into, offset, (int) Math.min(length, left));
      if (got < 0) {
        throw new BadBundleException(name + " is shorter than it says");
      }
      left -= got;
      return got;
    }

    @Override
    public long skip(long bytes) {
      throw new UnsupportedOperationException("every byte counts");
    }
  }
}

package dev.marey.snapshot.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes the entries of a bundle, and at the end their checksums. */
final class EntryWriter {

  /** Writes an entry's content. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private final ZipOutputStream zip;
  private final StringBuilder checksums = new StringBuilder();

  EntryWriter(OutputStream file) {
    this.zip = new ZipOutputStream(file, StandardCharsets.UTF_8);
  }

  void entry(String name, Content content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    MessageDigest digest = EntryReader.sha256();
    content.writeTo(new DigestOutputStream(zip, digest));
    zip.closeEntry();
    checksums.append(line(name, digest.digest()));
  }

  void entry(String name, byte[] content) throws IOException {
    entry(name, out -> out.write(content));
  }

  /** As {@code sha256sum} writes and checks it. */
  static String line(String name, byte[] digest) {
    return HexFormat.of().formatHex(digest) + "  " + name + "\n";
  }

  /** Writes the checksums; the file itself stays open. */
  void finish() throws IOException {
    zip.putNextEntry(new ZipEntry(Manifest.CHECKSUMS));
    zip.write(checksums.toString().getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
    zip.finish();
  }
}

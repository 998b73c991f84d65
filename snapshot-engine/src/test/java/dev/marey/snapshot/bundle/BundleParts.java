package dev.marey.snapshot.bundle;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A bundle taken apart, so that a test can put it together in a way that Marey never would. Writes
 * the container by itself: the JDK's own refuses entries of the same name.
 */
final class BundleParts {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** An entry. */
  @SuppressWarnings("ArrayRecordComponent")
  record Part(String name, byte[] content) {}

  final List<Part> parts = new ArrayList<>();

  static BundleParts of(Path bundle) throws IOException {
    BundleParts all = new BundleParts();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(bundle))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        all.parts.add(new Part(entry.getName(), zip.readAllBytes()));
      }
    }
    return all;
  }

  int indexOf(String name) {
    return parts.stream().map(Part::name).toList().indexOf(name);
  }

  byte[] content(String name) {
    return parts.get(indexOf(name)).content();
  }

  BundleParts set(String name, byte[] content) {
    parts.set(indexOf(name), new Part(name, content));
    return this;
  }

  BundleParts rename(String name, String to) {
    parts.set(indexOf(name), new Part(to, content(name)));
    return this;
  }

  BundleParts insert(int at, String name, byte[] content) {
    parts.add(at, new Part(name, content));
    return this;
  }

  BundleParts remove(String name) {
    parts.remove(indexOf(name));
    return this;
  }

  /** Changes the table of contents. */
  BundleParts manifest(Consumer<ObjectNode> change) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(content("bundle"));
    change.accept(json);
    return set("bundle", JSON.writeValueAsBytes(json));
  }

  /** Makes the checksums those of what is in it now, as somebody would who means harm. */
  BundleParts sealed() {
    StringBuilder lines = new StringBuilder();
    for (Part part : parts) {
      if (!part.name().equals("checksums")) {
        lines.append(EntryWriter.line(part.name(), EntryReader.sha256().digest(part.content())));
      }
    }
    return set("checksums", lines.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Writes local headers and content; nobody who reads from the start needs the directory. */
  Path write(Path to) throws IOException {
    try (var out = Files.newOutputStream(to)) {
      for (Part part : parts) {
        byte[] packed = deflate(part.content());
        byte[] name = part.name().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        CRC32 crc = new CRC32();
        crc.update(part.content());
        java.nio.ByteBuffer header =
            java.nio.ByteBuffer.allocate(30).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        header.putInt(0x04034b50).putShort((short) 20).putShort((short) 0x800);
        header.putShort((short) 8).putInt(0).putInt((int) crc.getValue());
        header.putInt(packed.length).putInt(part.content().length);
        header.putShort((short) name.length).putShort((short) 0);
        out.write(header.array());
        out.write(name);
        out.write(packed);
      }
      out.write(new byte[] {'P', 'K', 1, 2});
    }
    return to;
  }

  private static byte[] deflate(byte[] content) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    deflater.setInput(content);
    deflater.finish();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    byte[] chunk = new byte[1 << 16];
    while (!deflater.finished()) {
      packed.write(chunk, 0, deflater.deflate(chunk));
    }
    deflater.end();
    return packed.toByteArray();
  }
}

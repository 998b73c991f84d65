package dev.marey.machine.state;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes migration streams by hand, so that a test can say what each byte is.
 *
 * <p>Threading: one thread.
 */
final class StreamWriter {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  private interface Step {
    void run(DataOutputStream out) throws IOException;
  }

  private StreamWriter write(Step step) {
    try {
      step.run(out);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  StreamWriter u8(int... values) {
    return write(
        out -> {
          for (int value : values) {
            out.writeByte(value);
          }
        });
  }

  StreamWriter u32(long value) {
    return write(out -> out.writeInt((int) value));
  }

  StreamWriter u64(long value) {
    return write(out -> out.writeLong(value));
  }

  StreamWriter raw(byte[] content) {
    return write(out -> out.write(content));
  }

  StreamWriter text(String text) {
    return raw(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  StreamWriter name(String name) {
    return u8(name.length()).text(name);
  }

  StreamWriter magic() {
    return text("QEVM").u32(3);
  }

  /** Header, configuration and two RAM blocks: pc.ram ignored, pc.bios with pages of 7s and 0s. */
  StreamWriter head() {
    byte[] sevens = new byte[RamBlock.PAGE_BYTES];
    Arrays.fill(sevens, (byte) 7);
    return magic()
        .u8(0x07)
        .u32(2)
        .text("pc")
        .u8(0x05)
        .name("configuration/capabilities")
        .u32(1)
        .u32(1)
        .name("x-ignore-shared")
        .u8(0x01)
        .u32(2)
        .name("ram")
        .u32(0)
        .u32(4)
        .u64(0x104000 | 0x04)
        .name("pc.ram")
        .u64(0x100000)
        .u64(0)
        .name("pc.bios")
        .u64(0x4000)
        .u64(0xffffc000L)
        .u64(0x10)
        .footer(2)
        .u8(0x02)
        .u32(2)
        .u64(0x1000 | 0x08)
        .name("pc.bios")
        .raw(sevens)
        .u64(0x2000 | 0x22)
        .u8(0)
        .u64(0x10)
        .footer(2)
        .u8(0x03)
        .u32(2)
        .u64(0x10)
        .footer(2);
  }

  StreamWriter device(int id, String name, int instance, int version) {
    return u8(0x04).u32(id).name(name).u32(instance).u32(version);
  }

  StreamWriter footer(int id) {
    return u8(0x7e).u32(id);
  }

  StreamWriter end(String json) {
    return u8(0x00).u8(0x06).u32(json.length()).text(json);
  }

  int length() {
    return bytes.size();
  }

  DeviceState state() {
    return DeviceState.of(bytes.toByteArray());
  }

  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes.toByteArray());
  }
}

package dev.marey.machine.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A complete QEMU migration stream taken with {@code x-ignore-shared}: everything of a machine but
 * its shared RAM. The bytes are kept as QEMU wrote them, because they are what a revert loads; what
 * they mean is read by {@link StateStream} and {@link StateTree}. Immutable.
 */
public final class DeviceState {

  private final byte[] bytes;

  private DeviceState(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Copies the bytes. Nothing is checked here; {@link StateStream#parse} says if they are good. */
  public static DeviceState of(byte[] stream) {
    return new DeviceState(stream.clone());
  }

  /** Copies the bytes between position and limit; the buffer itself is left as it was. */
  public static DeviceState of(ByteBuffer stream) {
    byte[] bytes = new byte[stream.remaining()];
    stream.duplicate().get(bytes);
    return new DeviceState(bytes);
  }

  /** The whole content of a file. */
  public static DeviceState read(Path file) throws IOException {
    return new DeviceState(Files.readAllBytes(file));
  }

  /** Takes the array without copying it; nobody else may hold it. */
  static DeviceState owning(byte[] stream) {
    return new DeviceState(stream);
  }

  public int lengthBytes() {
    return bytes.length;
  }

  /** The stream as a read-only, big-endian view, position 0. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** SHA-256 of the stream, 64 lower-case hexadecimal digits. */
  public String sha256() {
    return sha256(buffer());
  }

  static String sha256(ByteBuffer content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(content);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DeviceState that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "DeviceState[" + bytes.length + " bytes]";
  }
}

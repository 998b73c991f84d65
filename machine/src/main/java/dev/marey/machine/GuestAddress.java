package dev.marey.machine;

/**
 * Guest-physical address: what the guest's processor puts on its bus. Never an offset into the RAM
 * block, which differs from it above the hole below 4 GiB.
 *
 * @param value the address in bytes, an unsigned 64-bit number
 */
public record GuestAddress(long value) implements Comparable<GuestAddress> {

  /** The address {@code bytes} further up. */
  public GuestAddress plus(long bytes) {
    return new GuestAddress(value + bytes);
  }

  @Override
  public int compareTo(GuestAddress other) {
    return Long.compareUnsigned(value, other.value);
  }

  /** Hexadecimal with prefix, as guests and gdb print it: {@code 0x3f2a000}. */
  @Override
  public String toString() {
    return "0x" + Long.toHexString(value);
  }
}

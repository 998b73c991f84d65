package dev.marey.machine.state;

/** What an entry of a {@code ram} section is (QEMU, {@code migration/ram.c}). */
public final class RamFlags {

  /** A page of zeroes. */
  public static final int ZERO = 0x02;

  /** The list of blocks. */
  public static final int MEM_SIZE = 0x04;

  /** A page with its content. */
  public static final int PAGE = 0x08;

  /** The end of the section's body. */
  public static final int EOS = 0x10;

  /** Of the same block as the page before; goes with the others. */
  public static final int CONTINUE = 0x20;

  /** Nothing, in a stream through one channel. */
  static final int MULTIFD_FLUSH = 0x200;

  /** The bits that are flags; the rest of the word is an address. */
  static final int MASK = RamBlock.PAGE_BYTES - 1;

  private RamFlags() {}
}

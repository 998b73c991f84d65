package dev.marey.machine.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * A guest of 512 bytes: enters 64-bit mode with one identity page of 2 MiB, fills registers with
 * telling values, writes {@code U} to the debug console (port 0xe9) and counts in RCX and in the
 * quadword at 0x6000 for ever.
 *
 * <pre>
 *   16-bit: cli; DS=ES=SS=0; SP=0x7c00; page tables at 0x1000..0x3fff; CR4=0x2a0;
 *           EFER=0x901; GDT; CR0=0x80000011; far jump
 *   64-bit: SS=DS=16; RBX=0x1111111122222222; DR1=RDX=0xfedcba9876543210;
 *           R8=0x8877665544332211; R9=~R8; R10=0x0123456789abcdef; R11..R15=R10+1..5;
 *           ESP=0x7000; EBP=0x6ff0; RSI=0xdeadbeefcafe; GS base=0x7fff12345678; XMM3=RDX;
 *           out 0xe9, 'U'; RCX=RDI=0
 *   1:      inc rcx; inc qword [0x6000]; jmp 1b
 * </pre>
 */
public final class BootSector {

  private static final String CODE =
      "fa31c08ed88ec08ed0bc007c66bf001000000f22df6631c066b9000c0000fc66"
          + "f3ab66c70600100320000066c70600200330000066c70600308300000066b8a0"
          + "0200000f22e066b9800000c066b8010900006631d20f30660f0116247d66b811"
          + "0000800f22c066ea6e7c00000800b8100000008ed08ed848bb22222222111111"
          + "1148ba1032547698badcfe0f23ca49b811223344556677884d89c149f7d149ba"
          + "efcdab89674523014d8d5a014d8d62024d8d6a034d8d72044d8d7a05bc007000"
          + "00bdf06f000048befecaefbeadde0000b9010100c0b878563412baff7f00000f"
          + "3048ba1032547698badcfe66480f6edab05552bae9000000ee5a31c931ff48ff"
          + "c148ff042500600000ebf3900000000000000000ffff0000009aaf00ffff0000"
          + "0092cf0017000c7d0000";

  /** Where the guest counts in memory, a little-endian quadword. */
  public static final int COUNTER_ADDRESS = 0x6000;

  private BootSector() {}

  /** A floppy image of 1.44 MB that boots the guest. */
  public static Path write(Path floppy) throws IOException {
    byte[] image = new byte[1440 * 1024];
    byte[] code = HexFormat.of().parseHex(CODE);
    System.arraycopy(code, 0, image, 0, code.length);
    image[510] = 0x55;
    image[511] = (byte) 0xaa;
    return Files.write(floppy, image);
  }
}

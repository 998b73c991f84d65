package dev.marey.machine.testing;

import dev.marey.machine.MachineException;
import dev.marey.machine.guest.PreparedGuests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Real guests for tests, as {@code ./marey guests} prepared them. What they print is in {@code
 * docs/guests.md}.
 */
public final class TestGuests {

  /** Address of the last page of {@link #largeCommandLine()}: 3 GiB are below the PC's hole. */
  public static final long LAST_PAGE_OF_LARGE = (1L << 32) + (5L << 30) - 4096;

  private TestGuests() {}

  /** The demo guest: it prints {@code demo# } on its serial console when it takes commands. */
  public static GuestFiles demo() {
    PreparedGuests guests = prepared();
    return new GuestFiles(guests.demoKernel(), guests.demoInitrd());
  }

  /** The multiboot guest: it prints {@code bare-metal up} on its serial console within a second. */
  public static Path bareMetal() {
    return prepared().bareMetal();
  }

  public static List<String> demoCommandLine(int megabytes) {
    return prepared().demoCommandLine(megabytes);
  }

  public static List<String> bareMetalCommandLine(int megabytes) {
    return prepared().bareMetalCommandLine(megabytes);
  }

  /**
   * The demo guest with 8 GiB. Its kernel takes memory above 4 GiB first; it has 256 MiB below the
   * hole and 256 MiB above it, and leaves the rest to {@code devmem}.
   */
  public static List<String> largeCommandLine() {
    List<String> line = new ArrayList<>(demoCommandLine(8192));
    int append = line.indexOf("-append") + 1;
    line.set(append, line.get(append) + " memmap=2816M$0x10000000 memmap=4864M$0x110000000");
    return line;
  }

  /** The other QEMU version that is supported, for the tests that run on both. */
  public static Qemu10 qemu10() {
    Path folder =
        PreparedGuests.cacheFolder(System.getenv(), Path.of(System.getProperty("user.home")))
            .resolve("qemu-10");
    Qemu10 qemu = Qemu10.unpackedIn(folder);
    if (!Files.isExecutable(qemu.binary())) {
      throw new IllegalStateException(
          "QEMU 10 was looked for in "
              + folder
              + " and is not there. Prepare it with: ./marey guests --tests");
    }
    return qemu;
  }

  private static PreparedGuests prepared() {
    try {
      return PreparedGuests.find();
    } catch (MachineException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}

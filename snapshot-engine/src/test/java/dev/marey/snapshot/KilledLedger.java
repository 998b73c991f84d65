package dev.marey.snapshot;

import dev.marey.machine.testing.TestGuests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Takes nodes of a guest that writes its disk, one after another, until it is killed. */
public final class KilledLedger {

  private KilledLedger() {}

  /** The folder in which {@code disk.img} is, and its size in KiB. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    List<String> line = new ArrayList<>(TestGuests.demoCommandLine(128));
    line.addAll(List.of("-drive", "file=" + folder + "/disk.img,format=raw,if=virtio"));
    LedgerGuest guest =
        LedgerGuest.start(folder, folder.resolve("session"), line, Integer.parseInt(arguments[1]));
    System.out.println("> at " + guest.ledgers().addresses().get(0));
    System.out.println("> qemu " + guest.live().machine().pid());
    while (true) {
      System.out.println("> " + guest.take().id());
    }
  }
}

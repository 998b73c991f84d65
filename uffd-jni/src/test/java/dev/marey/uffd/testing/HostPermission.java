package dev.marey.uffd.testing;

import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Sets what ordinary users may do on this host until it is closed, then puts everything back. Needs
 * root. One at a time on a host, by a lock on the device.
 */
public final class HostPermission implements AutoCloseable {

  private static final Path DEVICE = Path.of("/dev/userfaultfd");
  private static final Path SYSCTL = Path.of("/proc/sys/vm/unprivileged_userfaultfd");

  private final FileChannel lock;
  private final Set<PosixFilePermission> modeBefore;
  private final String sysctlBefore;

  private HostPermission() throws IOException {
    lock = FileChannel.open(DEVICE, WRITE);
    lock.lock();
    modeBefore = Files.getPosixFilePermissions(DEVICE);
    sysctlBefore = Files.readString(SYSCTL);
  }

  /** Waits until nobody else on this host has it. */
  public static HostPermission take() throws IOException {
    return new HostPermission();
  }

  /** Neither the system call nor the device. */
  public void refuse() throws IOException {
    set("rw-------");
  }

  /** The device alone, as by a udev rule. */
  public void grantDevice() throws IOException {
    set("rw-rw-rw-");
  }

  private static void set(String deviceMode) throws IOException {
    setSysctl("0\n");
    Files.setPosixFilePermissions(DEVICE, PosixFilePermissions.fromString(deviceMode));
  }

  private static void setSysctl(String value) throws IOException {
    if (!Files.readString(SYSCTL).equals(value)) {
      Files.writeString(SYSCTL, value);
    }
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      Files.setPosixFilePermissions(DEVICE, modeBefore);
      setSysctl(sysctlBefore);
    }
  }
}

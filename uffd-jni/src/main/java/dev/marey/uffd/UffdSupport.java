package dev.marey.uffd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Optional;
import java.util.Set;

/**
 * Whether this user can use userfaultfd on this machine as live snapshots need it. Asked by really
 * trying, in this process; QEMU started by this user gets the same answer.
 *
 * <p>Threading: any; keeps nothing.
 */
public final class UffdSupport {

  static {
    NativeLibrary.load();
  }

  private static final String DEVICE = "/dev/userfaultfd";

  private UffdSupport() {}

  /** Empty when everything that live snapshots need is there and permitted. */
  public static Optional<UnavailabilityCause> unavailabilityCause() {
    Attempt attempt = open(false);
    if (attempt.fd < 0) {
      return Optional.of(refused(attempt.systemCallErrno, attempt.deviceErrno));
    }
    long offered;
    try (OwnedFd fd = new OwnedFd("a trial userfaultfd", attempt.fd)) {
      offered = Userfaultfd.api(fd.number(), 0);
    }
    return judge(offered, System.getProperty("os.version", "unknown"));
  }

  /** Judges the answer of UFFDIO_API: bits of features, or -errno. */
  static Optional<UnavailabilityCause> judge(long offered, String kernelRelease) {
    if (offered < 0) {
      return Optional.of(
          new UnavailabilityCause(
              UnavailabilityCause.Reason.FAILED,
              "A userfaultfd could be opened, but UFFDIO_API failed: "
                  + Errno.describe((int) -offered)
                  + ".",
              "Use Linux 5.19 or newer."));
    }
    Set<Feature> missing = Feature.missingFrom(Feature.liveSnapshot(), offered);
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new UnavailabilityCause(
            UnavailabilityCause.Reason.KERNEL_TOO_OLD,
            "The kernel, Linux "
                + kernelRelease
                + ", lacks what live snapshots of shared memory need from userfaultfd: "
                + missing
                + ".",
            "Use Linux 5.19 or newer; Debian 12 has 6.1."));
  }

  /** Words for a userfaultfd that neither way gave. Error numbers are as in errno.h. */
  static UnavailabilityCause refused(int systemCallErrno, int deviceErrno) {
    return refused(systemCallErrno, deviceErrno, groupOfThisUser());
  }

  static UnavailabilityCause refused(int systemCallErrno, int deviceErrno, String group) {
    String what =
        "The kernel gave no userfaultfd, through which Marey sees the guest's writes. The system"
            + " call userfaultfd: "
            + Errno.describe(systemCallErrno)
            + ". The device "
            + DEVICE
            + ": "
            + Errno.describe(deviceErrno)
            + ".";
    boolean noDevice = deviceErrno == Errno.ENOENT;
    if (systemCallErrno == Errno.EPERM) {
      return new UnavailabilityCause(
          UnavailabilityCause.Reason.NOT_PERMITTED,
          what,
          noDevice ? sysctl("Allow it") : udevRule(group) + "\n" + sysctl("Or allow it"));
    }
    if (systemCallErrno == Errno.ENOSYS) {
      return new UnavailabilityCause(
          UnavailabilityCause.Reason.NOT_THERE,
          what,
          "Use a kernel built with CONFIG_USERFAULTFD=y (Debian's is), Linux 5.19 or newer, outside"
              + " of sandboxes that hide it.");
    }
    return new UnavailabilityCause(
        UnavailabilityCause.Reason.FAILED, what, "Free what has run out, then try again.");
  }

  private static String udevRule(String group) {
    return "Allow it to the group "
        + group
        + ", now and after every start, by this line in"
        + " /etc/udev/rules.d/60-marey-userfaultfd.rules:\n"
        + "  KERNEL==\"userfaultfd\", MODE=\"0660\", GROUP=\""
        + group
        + "\"\n"
        + "and then, as root:\n"
        + "  udevadm control --reload && udevadm trigger --sysname-match=userfaultfd";
  }

  private static String sysctl(String allowIt) {
    return allowIt
        + " to every user until the next start, as root (in a container: on its host):\n"
        + "  sysctl vm.unprivileged_userfaultfd=1";
  }

  private static String groupOfThisUser() {
    try {
      return Files.readAttributes(Path.of("/proc/self"), PosixFileAttributes.class)
          .group()
          .getName();
    } catch (IOException e) {
      return "kvm";
    }
  }

  /**
   * What the kernel can do, asked through a descriptor that every user may have: one for faults of
   * user mode alone. No bits where even that is refused.
   */
  static long kernelFeatures() {
    Attempt attempt = open(true);
    if (attempt.fd < 0) {
      return 0;
    }
    try (OwnedFd fd = new OwnedFd("a trial userfaultfd", attempt.fd)) {
      return Math.max(0, Userfaultfd.api(fd.number(), 0));
    }
  }

  private record Attempt(int fd, int systemCallErrno, int deviceErrno) {}

  private static Attempt open(boolean userModeOnly) {
    int fd = openBySystemCall(userModeOnly);
    if (fd >= 0) {
      return new Attempt(fd, 0, 0);
    }
    int device = openDevice();
    if (device < 0) {
      return new Attempt(-1, -fd, -device);
    }
    try (OwnedFd owned = new OwnedFd(DEVICE, device)) {
      int made = openByDevice(owned.number());
      return made < 0 ? new Attempt(-1, -fd, -made) : new Attempt(made, -fd, 0);
    }
  }

  private static native int openBySystemCall(boolean userModeOnly);

  private static native int openDevice();

  private static native int openByDevice(int device);
}

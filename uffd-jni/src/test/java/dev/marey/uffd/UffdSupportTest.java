package dev.marey.uffd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.uffd.UnavailabilityCause.Reason;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

final class UffdSupportTest {

  @Test
  void userWhoMayNotIsGivenTheUdevRuleAndTheSysctl() {
    UnavailabilityCause cause = UffdSupport.refused(Errno.EPERM, Errno.EACCES, "ada");

    assertThat(cause.reason()).isEqualTo(Reason.NOT_PERMITTED);
    assertThat(cause.message())
        .isEqualTo(
            """
            The kernel gave no userfaultfd, through which Marey sees the guest's writes. The system \
            call userfaultfd: Operation not permitted (EPERM). The device /dev/userfaultfd: \
            Permission denied (EACCES).
            Allow it to the group ada, now and after every start, by this line in \
            /etc/udev/rules.d/60-marey-userfaultfd.rules:
              KERNEL=="userfaultfd", MODE="0660", GROUP="ada"
            and then, as root:
              udevadm control --reload && udevadm trigger --sysname-match=userfaultfd
            Or allow it to every user until the next start, as root (in a container: on its host):
              sysctl vm.unprivileged_userfaultfd=1""");
  }

  @Test
  void whereThereIsNoDeviceOnlyTheSysctlIsGiven() {
    UnavailabilityCause cause = UffdSupport.refused(Errno.EPERM, Errno.ENOENT, "ada");

    assertThat(cause.reason()).isEqualTo(Reason.NOT_PERMITTED);
    assertThat(cause.remedy())
        .isEqualTo(
            """
            Allow it to every user until the next start, as root (in a container: on its host):
              sysctl vm.unprivileged_userfaultfd=1""");
  }

  @Test
  void kernelWithoutUserfaultfdIsNamed() {
    UnavailabilityCause cause = UffdSupport.refused(Errno.ENOSYS, Errno.ENOENT, "ada");

    assertThat(cause)
        .isEqualTo(
            new UnavailabilityCause(
                Reason.NOT_THERE,
                "The kernel gave no userfaultfd, through which Marey sees the guest's writes. The"
                    + " system call userfaultfd: Function not implemented (ENOSYS). The device"
                    + " /dev/userfaultfd: No such file or directory (ENOENT).",
                "Use a kernel built with CONFIG_USERFAULTFD=y (Debian's is), Linux 5.19 or newer,"
                    + " outside of sandboxes that hide it."));
  }

  @Test
  void otherFailureIsGivenInTheKernelsWords() {
    UnavailabilityCause cause = UffdSupport.refused(24, 24, "ada");

    assertThat(cause)
        .isEqualTo(
            new UnavailabilityCause(
                Reason.FAILED,
                "The kernel gave no userfaultfd, through which Marey sees the guest's writes. The"
                    + " system call userfaultfd: Too many open files (EMFILE). The device"
                    + " /dev/userfaultfd: Too many open files (EMFILE).",
                "Free what has run out, then try again."));
  }

  @Test
  void kernelWithoutWriteProtectForSharedMemoryIsTooOld() {
    long offered = Feature.bits(EnumSet.of(Feature.PAGEFAULT_FLAG_WP, Feature.MISSING_SHMEM));

    assertThat(UffdSupport.judge(offered, "5.10.0-30-amd64"))
        .contains(
            new UnavailabilityCause(
                Reason.KERNEL_TOO_OLD,
                "The kernel, Linux 5.10.0-30-amd64, lacks what live snapshots of shared memory need"
                    + " from userfaultfd: [WP_HUGETLBFS_SHMEM].",
                "Use Linux 5.19 or newer; Debian 12 has 6.1."));
  }

  @Test
  void failingHandshakeIsTold() {
    assertThat(UffdSupport.judge(-Errno.EINVAL, "6.1.0"))
        .contains(
            new UnavailabilityCause(
                Reason.FAILED,
                "A userfaultfd could be opened, but UFFDIO_API failed: Invalid argument (EINVAL).",
                "Use Linux 5.19 or newer."));
  }

  @Test
  void kernelWithoutThreadIdsWillDo() {
    assertThat(UffdSupport.judge(Feature.bits(Feature.liveSnapshot()), "5.19.0")).isEmpty();
  }
}

package dev.marey.uffd;

import static dev.marey.uffd.Feature.PAGEFAULT_FLAG_WP;
import static dev.marey.uffd.RegisterMode.MISSING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is demanded of the kernel when a userfaultfd is taken over and memory registered. */
@Timeout(60)
final class FeaturesKernelTest {

  private static final int HUGE_PAGE_IN_PAGES = 512;

  @Test
  void featuresThatTheKernelLacksAreNamedWithTheRemedy() {
    assertThat(
            Userfaultfd.refusedFeatures(
                Feature.liveSnapshot(), Feature.bits(EnumSet.of(PAGEFAULT_FLAG_WP)), Errno.EINVAL))
        .hasMessage(
            "UFFDIO_API failed: the kernel lacks [MISSING_SHMEM, WP_HUGETLBFS_SHMEM]. Use Linux"
                + " 5.19 or newer.");
  }

  @Test
  void aUserfaultfdThatIsInUseIsRefused() throws Exception {
    try (GuestMemory guest = GuestMemory.start(1)) {
      // closed by the adoption that fails
      Userfaultfd used = guest.connection().userfaultfd(Feature.liveSnapshot());
      assertThatThrownBy(() -> Userfaultfd.adopt(used.number(), Feature.liveSnapshot()))
          .isInstanceOf(NativeIoException.class)
          .hasMessage(
              "UFFDIO_API failed: Invalid argument (EINVAL); is it a userfaultfd that nobody has"
                  + " used yet?");
    }
  }

  /** Zero pages are an operation that huge pages do not have. */
  @Test
  void operationsThatTheMemoryLacksAreNamed() throws Exception {
    try (AgentListener listener = AgentListener.open()) {
      Map<String, String> environment = new HashMap<>(listener.environment());
      environment.put("GUEST_MEMORY_HUGE", "1");
      try (GuestMemory guest =
          GuestMemory.start(
              HUGE_PAGE_IN_PAGES, List.of(), GuestMemory.PROGRAM, listener, environment)) {
        assertThatThrownBy(() -> guest.register(MISSING))
            .isInstanceOf(NativeIoException.class)
            .hasMessage(
                "UFFDIO_REGISTER [MISSING] of 0x%x: the kernel lacks operations 0x10 on this"
                    + " memory; is it shared memory (memfd, tmpfs)?",
                guest.address(0));
      }
    }
  }
}

package dev.marey.uffd;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What a kernel's userfaultfd may be able to do; see UFFD_FEATURE_* in ioctl_userfaultfd(2). */
public enum Feature {
  /** Write-protection, and faults that say they come from it. */
  PAGEFAULT_FLAG_WP(UffdAbi.featurePagefaultFlagWp()),
  /** Missing faults in shared memory. */
  MISSING_SHMEM(UffdAbi.featureMissingShmem()),
  /** Faults that name the thread. */
  THREAD_ID(UffdAbi.featureThreadId()),
  /** Write-protection of shared memory; Linux 5.19. */
  WP_HUGETLBFS_SHMEM(UffdAbi.featureWpHugetlbfsShmem());

  private static final Set<Feature> LIVE_SNAPSHOT =
      Collections.unmodifiableSet(EnumSet.of(PAGEFAULT_FLAG_WP, MISSING_SHMEM, WP_HUGETLBFS_SHMEM));

  private final long bit;

  Feature(long bit) {
    this.bit = bit;
  }

  /** What live snapshots and lazy reverts of a guest in shared memory cannot do without. */
  public static Set<Feature> liveSnapshot() {
    return LIVE_SNAPSHOT;
  }

  static long bits(Set<Feature> features) {
    long bits = 0;
    for (Feature feature : features) {
      bits |= feature.bit;
    }
    return bits;
  }

  static Set<Feature> missingFrom(Set<Feature> demanded, long offeredBits) {
    Set<Feature> missing = EnumSet.noneOf(Feature.class);
    for (Feature feature : demanded) {
      if ((offeredBits & feature.bit) == 0) {
        missing.add(feature);
      }
    }
    return missing;
  }
}

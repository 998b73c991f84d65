package dev.marey.workbench.bench;

import java.util.List;

/**
 * How much is measured.
 *
 * @param loads what the guest does meanwhile
 * @param guestMebibytes RAM of the guest unless said otherwise
 * @param loadMebibytes memory that the load writes to
 * @param snapshots of ours and of {@code background-snapshot}, per load
 * @param firstBackgrounds QEMUs of which the first {@code background-snapshot} is taken, per load
 * @param savevms of QEMU, and as many of its {@code loadvm}
 * @param compressed streams of {@code background-snapshot} whose size under zstd is taken
 * @param reverts with few differing pages
 * @param largeReverts with nearly all of RAM differing; 0 for none
 * @param reopenings from process start; as many {@code -incoming}
 * @param progressSeconds how long each part of the guest's progress is watched
 * @param sizesMebibytes guests for the growth of the pause; with the largest and {@code
 *     guestMebibytes} the ratio is made
 * @param snapshotsPerSize repeated snapshots of each of them
 * @param floorRounds of faults served by the C program and by ours, in turn
 * @param floorMebibytes memory of those
 * @param diffs comparisons of the same two nodes
 */
public record BenchPlan(
    List<Load> loads,
    int guestMebibytes,
    int loadMebibytes,
    int snapshots,
    int firstBackgrounds,
    int savevms,
    int compressed,
    int reverts,
    int largeReverts,
    int reopenings,
    int progressSeconds,
    List<Integer> sizesMebibytes,
    int snapshotsPerSize,
    int floorRounds,
    int floorMebibytes,
    int diffs) {

  private static final List<Load> BOTH = List.of(Load.A, Load.B);
  private static final List<Integer> SIZES = List.of(512, 1024, 2048, 4096, 8192);

  /** What the published figures are made with. */
  public static final BenchPlan FULL =
      new BenchPlan(BOTH, 1024, 256, 200, 10, 30, 10, 50, 5, 10, 20, SIZES, 20, 9, 1024, 50);

  /** {@code --quick}. */
  public static final BenchPlan QUICK =
      new BenchPlan(BOTH, 1024, 256, 30, 3, 5, 3, 10, 2, 5, 8, SIZES, 8, 5, 1024, 30);

  /** Enough to see that it all works; its figures mean nothing. */
  public static final BenchPlan TRIAL =
      new BenchPlan(
          List.of(Load.A), 128, 16, 3, 1, 1, 1, 2, 0, 1, 2, List.of(128, 160), 2, 2, 64, 2);

  /** The same with another number of snapshots. */
  public BenchPlan withSnapshots(int count) {
    return new BenchPlan(
        loads,
        guestMebibytes,
        loadMebibytes,
        count,
        firstBackgrounds,
        Math.min(savevms, count),
        Math.min(compressed, count),
        Math.min(reverts, count),
        largeReverts,
        reopenings,
        progressSeconds,
        sizesMebibytes,
        Math.min(snapshotsPerSize, count),
        floorRounds,
        floorMebibytes,
        diffs);
  }
}

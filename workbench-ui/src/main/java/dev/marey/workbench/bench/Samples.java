package dev.marey.workbench.bench;

import java.util.Arrays;
import java.util.Collection;

/** Measured values of one thing, all in the same unit. Immutable. */
final class Samples {

  private final double[] measured;
  private final double[] sorted;

  private Samples(double[] measured) {
    this.measured = measured;
    this.sorted = measured.clone();
    Arrays.sort(sorted);
  }

  /**
   * @param values in the order they were measured, at least one
   */
  static Samples of(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("values is empty");
    }
    return new Samples(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  int count() {
    return sorted.length;
  }

  /** Of an even number, the mean of the two in the middle. */
  double median() {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The least value that at least 99 % of all do not exceed. */
  double p99() {
    return sorted[(int) Math.ceil(sorted.length * 0.99) - 1];
  }

  double least() {
    return sorted[0];
  }

  double most() {
    return sorted[sorted.length - 1];
  }

  /** In the order they were measured. */
  double[] measured() {
    return measured.clone();
  }
}

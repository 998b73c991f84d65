package dev.marey.workbench.bench;

/** What the guest does while it is measured: the demo guest's program {@code load}. */
public enum Load {
  /** 64 MiB rewritten per second in the order of addresses. */
  A("a", "", 16_384),
  /** 4,096 random pages rewritten per second. */
  B("b", "_load_b", 4096);

  private final String argument;
  private final String suffix;
  private final int pagesPerSecond;

  Load(String argument, String suffix, int pagesPerSecond) {
    this.argument = argument;
    this.suffix = suffix;
    this.pagesPerSecond = pagesPerSecond;
  }

  int pagesPerSecond() {
    return pagesPerSecond;
  }

  /** The name of a figure under this load. */
  String field(String name) {
    return name + suffix;
  }

  /**
   * The guest's command.
   *
   * @param pagesPerSecond 0 for as fast as it goes
   */
  String command(int pagesPerSecond, int mebibytes, boolean work) {
    return "load " + argument + " " + pagesPerSecond + " " + mebibytes + (work ? " work" : "");
  }

  /** The same at the load's own rate. */
  String command(int mebibytes) {
    return command(pagesPerSecond, mebibytes, false);
  }
}

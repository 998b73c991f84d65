package dev.marey.snapshot.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Holds the page maps of 1,000 nodes of an 8 GiB guest, each with 4,096 pages of no order changed
 * since the one before; says how much memory they take, and how many pages neighbours differ in.
 */
final class ThousandMapsProcess {

  private static final int PAGES = 1 << 21;
  private static final int NODES = 1000;
  private static final int DIRTY = 4096;

  private ThousandMapsProcess() {}

  public static void main(String[] arguments) {
    Random random = new Random(1);
    long before = used();
    List<PageMap> nodes = new ArrayList<>();
    nodes.add(full());
    int ref = PAGES;
    while (nodes.size() < NODES) {
      PageMapBuilder next = nodes.get(nodes.size() - 1).change();
      for (int i = 0; i < DIRTY; i++) {
        next.set(random.nextInt(PAGES), ++ref);
      }
      nodes.add(next.build());
    }
    System.out.println("> maps " + nodes.size());
    System.out.println("> bytes " + (used() - before));
    long differences = 0;
    for (int i = 1; i < NODES; i++) {
      differences += nodes.get(i - 1).differenceCount(nodes.get(i));
    }
    System.out.println("> differences " + differences / (NODES - 1));
  }

  private static PageMap full() {
    PageMapBuilder all = PageMap.empty(PAGES).change();
    for (int page = 0; page < PAGES; page++) {
      all.set(page, page + 1);
    }
    return all.build();
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}

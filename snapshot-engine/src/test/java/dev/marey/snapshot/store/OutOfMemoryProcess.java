package dev.marey.snapshot.store;

import dev.marey.snapshot.testing.RandomPages;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Puts pages into a store and runs out of memory where the store needs more of it; goes on with
 * memory, opens the store again and compares all pages.
 */
final class OutOfMemoryProcess {

  private static final UUID ID = new UUID(1, 2);
  private static final int PAGES = 17_000;
  private static final int NEEDS_MEMORY = 16_384;

  private OutOfMemoryProcess() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    ByteBuffer page = ByteBuffer.allocateDirect(PageStore.PAGE_BYTES);
    int[] refs = new int[PAGES];
    try (PageStore store = PageStore.open(folder, ID)) {
      for (int i = 0; i < PAGES; i++) {
        RandomPages.fill(page, i);
        if (i == 1000) {
          // Blocks begin elsewhere from now on: memory runs out amid one.
          store.force();
        }
        if (store.nextRef() == NEEDS_MEMORY) {
          putWithoutMemory(store, page);
        }
        refs[i] = store.put(page);
      }
    }
    ByteBuffer back = ByteBuffer.allocateDirect(PageStore.PAGE_BYTES);
    try (PageStore store = PageStore.open(folder, ID)) {
      for (int i = 0; i < PAGES; i++) {
        RandomPages.fill(page, i);
        store.read(refs[i], back);
        if (!back.equals(page)) {
          System.out.println("page " + i + " is wrong");
          return;
        }
      }
    }
    System.out.println("all " + PAGES + " pages are right");
  }

  private static void putWithoutMemory(PageStore store, ByteBuffer page) throws Exception {
    List<byte[]> ballast = new ArrayList<>(1 << 12);
    int size = 1 << 24;
    while (size >= 1 << 16) {
      try {
        ballast.add(new byte[size]);
      } catch (OutOfMemoryError e) {
        size /= 2;
      }
    }
    // Room for small objects, as long as nothing larger is asked for.
    ballast.subList(ballast.size() - 2, ballast.size()).clear();
    try {
      int unused = store.put(page);
      System.out.println("enough memory " + ballast.size());
    } catch (OutOfMemoryError e) {
      ballast.clear();
      System.out.println("out of memory at " + store.nextRef());
    }
  }
}

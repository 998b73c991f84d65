package dev.marey.snapshot.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.testing.RandomPages;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Puts made-up pages ({@link RandomPages}) into stores, reads them back and damages files. */
final class StoredPages {

  private StoredPages() {}

  static List<Integer> putPages(PageStore store, int from, int to) throws SnapshotException {
    List<Integer> refs = new ArrayList<>();
    for (int seed = from; seed < to; seed++) {
      refs.add(store.put(RandomPages.page(seed)));
    }
    return refs;
  }

  static ByteBuffer read(PageStore store, int ref) throws SnapshotException {
    ByteBuffer page = ByteBuffer.allocateDirect(PageStore.PAGE_BYTES);
    store.read(ref, page);
    return page;
  }

  static void assertPages(PageStore store, List<Integer> refs, int firstSeed)
      throws SnapshotException {
    for (int i = 0; i < refs.size(); i++) {
      assertThat(read(store, refs.get(i)))
          .as("page " + i)
          .isEqualTo(RandomPages.page(firstSeed + i));
    }
  }

  static List<Integer> damaged(PageStore store) {
    List<Integer> found = new ArrayList<>();
    store.verify((ref, reason) -> found.add(ref));
    return found;
  }

  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  static Path onlySegment(Path folder) throws IOException {
    List<Path> all = files(folder);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  static void flip(Path file, long offset) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(offset);
      int value = bytes.read();
      bytes.seek(offset);
      bytes.write(value ^ 0x40);
    }
  }
}

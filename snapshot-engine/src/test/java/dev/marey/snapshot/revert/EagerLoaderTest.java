package dev.marey.snapshot.revert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.capture.Pace;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageMapBuilder;
import dev.marey.snapshot.store.PageStore;
import dev.marey.snapshot.testing.RandomPages;
import dev.marey.uffd.KernelRefusal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
final class EagerLoaderTest {

  private static final int PAGES = 64;
  private static final int ENOMEM = 12;

  @TempDir Path folder;
  private PageStore store;
  private final AbsentPages absent = new AbsentPages(PAGES);
  private final List<String> problems = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    store = PageStore.open(folder, new UUID(1, 2));
    PageMapBuilder map = PageMap.empty(PAGES).change();
    for (int page = 0; page < PAGES; page++) {
      map.set(page, store.put(RandomPages.page(page)));
      absent.add(page);
    }
    absent.setSource(map.build());
    store.force();
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private List<Integer> stillAbsent() {
    return IntStream.range(0, PAGES).filter(absent::contains).boxed().toList();
  }

  private EagerLoader load(EagerLoader.Filler filler) throws Exception {
    EagerLoader loader = new EagerLoader(absent, store, filler, Pace.AT_ONCE, problems::add);
    loader.run();
    return loader;
  }

  /** The kernel fills a run in order and may fail in the middle of it. */
  @Test
  void whatAFailingFillHasFilledIsNotAbsent() throws Exception {
    TreeSet<Integer> filled = new TreeSet<>();
    EagerLoader loader =
        load(
            (first, count, source) -> {
              for (int page = first; page < first + count; page++) {
                if (page == 10) {
                  throw KernelRefusal.of("UFFDIO_COPY", ENOMEM);
                }
                filled.add(page);
              }
            });
    assertThat(filled).hasSize(10);
    assertThat(stillAbsent()).isEqualTo(IntStream.range(10, PAGES).boxed().toList());
    assertThat(loader.loadedCount()).isEqualTo(10);
    assertThat(problems)
        .containsExactly(
            "Loading the guest's memory ahead has stopped: UFFDIO_COPY failed: Cannot allocate"
                + " memory (ENOMEM). What the guest touches is still loaded.");
  }

  @Test
  void damagedPagesAreSteppedOverAndToldOnce() throws Exception {
    int[] refs = IntStream.range(0, PAGES).map(absent::refOf).toArray();
    store.close();
    damage(3);
    damage(4);
    damage(40);
    store = PageStore.open(folder, new UUID(1, 2));
    List<Integer> damaged =
        IntStream.range(0, PAGES).filter(page -> isDamaged(refs[page])).boxed().toList();
    assertThat(damaged).isNotEmpty().hasSizeLessThan(PAGES / 2);
    List<Integer> filled = new ArrayList<>();
    EagerLoader loader =
        load(
            (first, count, source) -> {
              for (int page = first; page < first + count; page++) {
                filled.add(page);
              }
            });
    assertThat(stillAbsent()).isEqualTo(damaged);
    assertThat(filled).hasSize(PAGES - damaged.size()).doesNotContainAnyElementsOf(damaged);
    assertThat(loader.loadedCount()).isEqualTo(filled.size());
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0))
        .startsWith("Some of the guest's memory can't be loaded: Stored page ")
        .endsWith(" The guest runs until it touches such a page. Go back to another node.");
  }

  private boolean isDamaged(int ref) {
    return store.damageOf(ref) != null;
  }

  /** Turns round a byte of the stored content of a page, wherever in the files it is. */
  private void damage(int page) throws Exception {
    byte[] noise = new byte[8];
    RandomPages.page(page).get(8, noise);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        for (int at = 0; at + noise.length <= bytes.length; at++) {
          if (Arrays.equals(bytes, at, at + noise.length, noise, 0, noise.length)) {
            bytes[at] ^= 1;
            Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
            return;
          }
        }
      }
    }
    throw new IllegalStateException(
        "page " + page + " is not in the store's files: " + ByteBuffer.wrap(noise));
  }
}

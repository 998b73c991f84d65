package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.GuestRam;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.capture.Capture;
import dev.marey.snapshot.capture.FaultLoop;
import dev.marey.snapshot.capture.OwnedParts;
import dev.marey.snapshot.capture.Pace;
import dev.marey.snapshot.capture.Saver;
import dev.marey.snapshot.capture.UnstoredPages;
import dev.marey.snapshot.revert.EagerLoader;
import dev.marey.snapshot.revert.RamRestore;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.Feature;
import dev.marey.uffd.GuestMemory;
import dev.marey.uffd.RegisterMode;
import dev.marey.uffd.Userfaultfd;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random writes, snapshot, random writes, revert equals: over the memory of a toy process, with the
 * real kernel and without QEMU. What is expected is what the process was told to write, what is
 * found is what it reads itself.
 */
@Timeout(60)
final class EngineKernelTest {

  private static final int PAGES = 96;
  private static final int STEPS = 60;

  @TempDir Path folder;
  private final List<Object> problems = new CopyOnWriteArrayList<>();
  private final UnstoredPages unstored = new UnstoredPages();
  private final List<Taken> taken = new ArrayList<>();
  private final OwnedParts parts = new OwnedParts();
  private Random random = new Random(0);
  private GuestMemory guest;
  private PageStore store;
  private FaultLoop loop;
  private Saver saver;
  private LazyRam lazy;
  private RamRestore restore;

  /** Maps of the nodes that the present descends from, the newest last. */
  private final Deque<CompletableFuture<PageMap>> bases = new ArrayDeque<>();

  private final List<Integer> now = new ArrayList<>(Collections.nCopies(PAGES, 0));

  /** A node: what the process had written at its instant. */
  private record Taken(CompletableFuture<PageMap> map, List<Integer> content) {}

  /** Sabotage that fails it: releasing a page that is held without copying it first. */
  @Test
  void aPageThatIsWrittenAlthoughItIsHeldIsSavedAsItWas() throws Exception {
    guest.write(0, PAGES, 7).get();
    saver.rest();
    Capture capture =
        loop.beginEpoch(saver, unstored, CompletableFuture.completedFuture(PageMap.empty(PAGES)));
    assertThat(loop.evacuate(0).held()).isTrue();
    guest.write(10, 20, 8).get();
    saver.goOn();
    assertNodeHas(new Taken(capture.map(), Collections.nCopies(PAGES, 7)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void afterARevertTheProcessReadsWhatItHadWrittenAtTheNode(long seed) throws Exception {
    random = new Random(seed);
    bases.add(CompletableFuture.completedFuture(PageMap.empty(PAGES)));
    write();
    take();
    for (int i = 0; i < STEPS; i++) {
      switch (random.nextInt(4)) {
        case 0 -> take();
        case 1 -> revert();
        case 2 -> assertGuestReadsWhatItWrote();
        default -> write();
      }
    }
    for (Taken node : taken) {
      assertNodeHas(node);
    }
    assertThat(problems).isEmpty();
  }

  @BeforeEach
  void start() throws Exception {
    store = parts.own(PageStore.open(folder, new UUID(1, 2)));
    GuestRam ram = parts.own(GuestRam.create(PAGES * (long) PageNumber.PAGE_BYTES));
    guest = GuestMemory.start(PAGES, ram.path());
    Userfaultfd uffd = parts.own(guest.connection().userfaultfd(Feature.liveSnapshot()));
    lazy =
        new LazyRam(
            PAGES,
            ram::read,
            store,
            absent ->
                new EagerLoader(
                    absent, store, uffd, guest.address(0), Pace.AT_ONCE, problems::add));
    restore = new RamRestore(ram, store, lazy.absent());
    loop =
        new FaultLoop(
            uffd,
            ram,
            guest.address(0),
            store,
            lazy.absent(),
            relieved -> {},
            problems::add,
            FaultLoop.Limits.STANDARD);
    saver = Saver.start(loop, ram, store, unstored, Pace.AT_ONCE);
    parts.own(() -> loop.free(saver));
    parts.own(saver);
    loop.start();
    parts.own(loop);
    parts.own(guest);
    parts.own(lazy);
    uffd.register(
        guest.address(0),
        ram.lengthBytes(),
        EnumSet.of(RegisterMode.WRITE_PROTECT, RegisterMode.MISSING));
  }

  @AfterEach
  void end() {
    parts.close();
  }

  /** A few runs of pages. */
  private void write() throws Exception {
    for (int i = random.nextInt(6); i >= 0; i--) {
      int first = random.nextInt(PAGES);
      int count = 1 + random.nextInt(Math.min(8, PAGES - first));
      int value = random.nextInt(256);
      guest.write(first, count, value).get();
      for (int page = first; page < first + count; page++) {
        now.set(page, value);
      }
    }
  }

  /** The process goes on writing while its pages are saved. */
  private void take() throws Exception {
    if (random.nextBoolean()) {
      loop.armAhead();
    }
    if (random.nextBoolean()) {
      write();
    }
    List<Integer> content = List.copyOf(now);
    Capture capture = loop.beginEpoch(saver, unstored, bases.getLast());
    write();
    taken.add(new Taken(capture.map(), content));
    bases.add(capture.map());
    if (random.nextBoolean()) {
      PageMap unused = capture.map().get();
    }
  }

  private PageMap newestThatIsStored() {
    return bases.stream()
        .filter(CompletableFuture::isDone)
        .reduce((a, b) -> b)
        .orElseThrow()
        .join();
  }

  private void revert() throws Exception {
    Taken target = taken.get(random.nextInt(taken.size()));
    PageMap map = target.map().get();
    lazy.stopLoading();
    // The present may not be saved yet, nor the node before it.
    int putBackAtMost = random.nextBoolean() ? 0 : 20;
    FaultLoop.Evacuated evacuated = loop.evacuate(putBackAtMost);
    BitSet unsaved = evacuated.pages();
    unsaved.or(loop.evacuate(putBackAtMost).pages());
    if (random.nextBoolean()) {
      loop.copyEvacuated();
    }
    if (random.nextInt(3) == 0) {
      // As a debugger does to a guest that stands still.
      write();
    }
    BitSet differing = RamRestore.differences(newestThatIsStored(), map);
    differing.or(unsaved);
    differing.or(loop.dirtyPages());
    unstored.copyTo(differing);
    RamRestore.Restored unused =
        restore.restore(differing, map, evacuated.held() ? 0 : putBackAtMost);
    unstored.clear();
    loop.declareClean();
    bases.clear();
    bases.add(target.map());
    Collections.copy(now, target.content());
    if (random.nextBoolean()) {
      lazy.startLoading();
    }
    switch (random.nextInt(3)) {
      case 0 -> assertGuestReadsWhatItWrote();
      case 1 -> write();
      default -> take();
    }
  }

  private void assertGuestReadsWhatItWrote() throws Exception {
    List<Integer> found = new ArrayList<>(Collections.nCopies(PAGES, 0));
    for (int page : random.ints(0, PAGES).distinct().limit(PAGES).toArray()) {
      found.set(page, Integer.parseInt(guest.read(page, 1).get()));
    }
    assertThat(found).isEqualTo(now);
  }

  private void assertNodeHas(Taken node) throws Exception {
    List<Integer> found = new ArrayList<>(Collections.nCopies(PAGES, 0));
    ByteBuffer content = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    for (int page = 0; page < PAGES; page++) {
      store.read(node.map().get().refOf(page), content);
      found.set(page, content.get(0) & 0xff);
    }
    assertThat(found).isEqualTo(node.content());
  }
}

package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PagePipeTest {

  private static final int PAGE = PageNumber.PAGE_BYTES;

  @TempDir Path folder;

  private static Pointer pageOf(int value) {
    Pointer page = Memory.allocateDirect(Runtime.getSystemRuntime(), PAGE);
    page.setMemory(0, PAGE, (byte) value);
    return page;
  }

  /** Sabotage that fails it: a pipe that refers to places in RAM instead of pages. */
  @Test
  void whatItHoldsStaysThoughRamDropsItAndGetsOtherPages() throws Exception {
    try (GuestRam ram = GuestRam.create(8L * PAGE);
        PagePipe pipe = PagePipe.open().orElseThrow()) {
      for (int page = 0; page < 8; page++) {
        ram.write(page, 1, pageOf(page + 1).address());
      }
      assertThat(ram.hold(5, 2, pipe)).isTrue();
      assertThat(ram.hold(1, 1, pipe)).isTrue();
      ram.punch(PageSpan.of(0, 8));
      ram.write(5, 1, pageOf(99).address());
      Pointer got = Memory.allocateDirect(Runtime.getSystemRuntime(), 3 * PAGE);
      pipe.drainTo(got.address());
      assertThat(new byte[] {got.getByte(0), got.getByte(PAGE), got.getByte(3 * PAGE - 1)})
          .containsExactly(6, 7, 2);
      ByteBuffer now = ByteBuffer.allocate(PAGE);
      ram.read(new PageNumber(5), now);
      assertThat(now.get(0)).isEqualTo((byte) 99);
    }
  }

  @Test
  void itHoldsNoMoreThanItHasRoomFor() throws Exception {
    try (GuestRam ram = GuestRam.create(300L * PAGE);
        PagePipe pipe = PagePipe.open().orElseThrow()) {
      assertThat(ram.hold(0, PagePipe.PAGES, pipe)).isTrue();
      assertThat(ram.hold(0, 1, pipe)).isFalse();
    }
  }

  /** Sabotage that fails it: holding pages that a hole is made in by writing zeroes. */
  @Test
  void hugePagesAreSeenInTheKernelsSettings() throws Exception {
    assertThat(PagePipe.hasSmallPagesOnly(folder.resolve("none"))).isTrue();
    Path all = Files.writeString(folder.resolve("shmem_enabled"), "always [never] deny\n");
    assertThat(PagePipe.hasSmallPagesOnly(folder)).isTrue();
    Path size = Files.createDirectory(folder.resolve("hugepages-64kB"));
    Path one = Files.writeString(size.resolve("shmem_enabled"), "always [inherit] never\n");
    assertThat(PagePipe.hasSmallPagesOnly(folder)).isTrue();
    Path unused = Files.writeString(one, "[always] inherit never\n");
    assertThat(PagePipe.hasSmallPagesOnly(folder)).isFalse();
    unused = Files.writeString(one, "always [inherit] never\n");
    unused = Files.writeString(all, "always [advise] never\n");
    assertThat(PagePipe.hasSmallPagesOnly(folder)).isFalse();
  }
}

package dev.marey.uffd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class FillLoopTest {

  private static final long PAGE = UffdAbi.PAGE_BYTES;
  private static final long DESTINATION = 0x1000_0000;
  private static final long SOURCE = 0x5000_0000;

  @Property
  void everyPageOfARunIsFilledFromItsOwnSourceOrWoken(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int pages) throws Exception {
    FakeKernel kernel = new FakeKernel(new Random(seed));
    TreeSet<Long> thereBefore = new TreeSet<>();
    for (int page = 0; page < pages; page++) {
      if (kernel.random.nextInt(3) == 0) {
        kernel.contents.put(DESTINATION + page * PAGE, 0L);
        thereBefore.add(DESTINATION + page * PAGE);
      }
    }

    long filled = FillLoop.run(kernel, "UFFDIO_COPY", DESTINATION, SOURCE, pages * PAGE, 0);

    TreeMap<Long, Long> expected = new TreeMap<>();
    for (int page = 0; page < pages; page++) {
      long address = DESTINATION + page * PAGE;
      expected.put(address, thereBefore.contains(address) ? 0L : SOURCE + page * PAGE);
    }
    assertThat(kernel.contents).isEqualTo(expected);
    assertThat(kernel.woken).isEqualTo(thereBefore);
    assertThat(filled).isEqualTo((pages - thereBefore.size()) * PAGE);
  }

  @Test
  void kernelThatNeverStopsAskingForAnotherTryIsAnError() {
    FillLoop.Calls busy = answering(-Errno.EAGAIN);

    assertThatThrownBy(() -> FillLoop.run(busy, "UFFDIO_COPY", DESTINATION, SOURCE, PAGE, 0))
        .isInstanceOf(NativeIoException.class)
        .hasMessage(
            "UFFDIO_COPY of 4096 bytes at 0x10000000 failed: Resource temporarily unavailable"
                + " (EAGAIN)");
  }

  @Test
  void endedProcessIsTold() {
    FillLoop.Calls gone = answering(-Errno.ESRCH);

    assertThatThrownBy(() -> FillLoop.run(gone, "UFFDIO_ZEROPAGE", DESTINATION, 0, PAGE, 0))
        .isInstanceOfSatisfying(
            NativeIoException.class, e -> assertThat(e.isProcessGone()).isTrue())
        .hasMessage(
            "UFFDIO_ZEROPAGE of 4096 bytes at 0x10000000 failed: the process that owns the memory"
                + " has ended (ESRCH)");
  }

  private static FillLoop.Calls answering(long answer) {
    return new FillLoop.Calls() {
      @Override
      public long fill(long destination, long source, long lengthBytes, long mode) {
        return answer;
      }

      @Override
      public int wake(long address, long lengthBytes) {
        return 0;
      }
    };
  }

  /** Stops early, asks for another try and refuses pages that are there, as the kernel does. */
  private static final class FakeKernel implements FillLoop.Calls {

    final Random random;
    final TreeMap<Long, Long> contents = new TreeMap<>();
    final TreeSet<Long> woken = new TreeSet<>();

    FakeKernel(Random random) {
      this.random = random;
    }

    @Override
    public long fill(long destination, long source, long lengthBytes, long mode) {
      if (random.nextInt(4) == 0) {
        return -Errno.EAGAIN;
      }
      long limit = (1 + random.nextInt(8)) * PAGE;
      long done = 0;
      while (done < Math.min(lengthBytes, limit) && !contents.containsKey(destination + done)) {
        contents.put(destination + done, source + done);
        done += PAGE;
      }
      return done > 0 ? done : -Errno.EEXIST;
    }

    @Override
    public int wake(long address, long lengthBytes) {
      woken.add(address);
      return 0;
    }
  }
}

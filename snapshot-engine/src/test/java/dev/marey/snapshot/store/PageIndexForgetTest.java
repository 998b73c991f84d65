package dev.marey.snapshot.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class PageIndexForgetTest {

  /**
   * Pages are added and forgotten at random, and found by a model as by the index.
   *
   * <p>Sabotage that fails it: leaving what lies behind a forgotten entry where it is.
   */
  /** Sabotage that fails it: chunks that stay when nothing in them is known any more. */
  @Test
  void whatWasForgottenTakesNoMemory() {
    PageIndex index = new PageIndex(1);
    int kept = 0;
    long before = 0;
    for (int round = 0; round < 200; round++) {
      for (int i = 0; i < 20_000; i++) {
        index.makeRoom();
        int ref = index.add(round, i, PageIndex.place(1, 512 * (i + 1), 100), true);
        if (i == 7 && round % 50 == 0) {
          kept = ref;
        } else {
          index.forget(ref);
        }
      }
      if (round == 20) {
        before = index.bytes();
      }
    }
    assertThat(index.bytes() - before).isLessThan(3_000_000);
    assertThat(index.find(150, 7)).isEqualTo(kept);
    assertThat(index.isHash(kept, 150, 7)).isTrue();
    assertThat(index.isHash(30_000, 1, 9_999)).isFalse();
  }

  @Property(tries = 50)
  void whatIsForgottenIsNotFoundAndAllElseIs(@ForAll long seed) {
    Random random = new Random(seed);
    PageIndex index = new PageIndex(seed);
    Map<Long, Integer> model = new HashMap<>();
    for (int step = 0; step < 6000; step++) {
      long hash = random.nextInt(3000);
      Integer known = model.get(hash);
      if (known == null) {
        index.makeRoom();
        long place = PageIndex.place(1, 512 * (step + 1), 100);
        int ref = index.add(hash, 0, place, true);
        assertThat(index.placeOf(ref)).isEqualTo(place);
        model.put(hash, ref);
      } else if (random.nextInt(3) > 0) {
        index.forget(known);
        model.remove(hash);
        assertThat(index.placeOf(known)).isEqualTo(PageIndex.LOST);
      }
    }
    for (long hash = 0; hash < 3000; hash++) {
      assertThat(index.find(hash, 0)).isEqualTo(model.getOrDefault(hash, 0));
    }
  }
}

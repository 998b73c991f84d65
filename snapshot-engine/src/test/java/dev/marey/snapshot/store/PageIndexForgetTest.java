package dev.marey.snapshot.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

final class PageIndexForgetTest {

  /**
   * Pages are added and forgotten at random, and found by a model as by the index.
   *
   * <p>Sabotage that fails it: leaving what lies behind a forgotten entry where it is.
   */
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

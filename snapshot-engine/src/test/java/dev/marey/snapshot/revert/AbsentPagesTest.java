package dev.marey.snapshot.revert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.store.PageMap;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class AbsentPagesTest {

  @Test
  void contentIsNamedOnlyForWhatIsAbsent() {
    AbsentPages absent = new AbsentPages(100);
    absent.setSource(PageMap.empty(100).change().set(64, 7).set(65, 8).build());
    absent.add(64);
    assertThat(absent.refOf(64)).isEqualTo(7);
    assertThat(absent.refOf(65)).isEqualTo(PageMap.ZERO_PAGE);
    assertThat(absent.noteFilled(64)).isTrue();
    assertThat(absent.noteFilled(64)).isFalse();
    assertThat(absent.refOf(64)).isEqualTo(PageMap.ZERO_PAGE);
    assertThat(absent.count()).isZero();
  }

  @Property(tries = 200)
  void walkingGivesThePagesOfASetInOrder(@ForAll long seed) {
    Random random = new Random(seed);
    int pageCount = 1 + random.nextInt(200);
    AbsentPages absent = new AbsentPages(pageCount);
    BitSet expected = new BitSet();
    for (int i = 0; i < 300; i++) {
      int page = random.nextInt(pageCount);
      if (random.nextInt(3) == 0) {
        assertThat(absent.noteFilled(page)).isEqualTo(expected.get(page));
        expected.clear(page);
      } else {
        absent.add(page);
        expected.set(page);
      }
    }
    List<Integer> walked = new ArrayList<>();
    for (int page = absent.next(0); page < absent.pageCount(); page = absent.next(page + 1)) {
      walked.add(page);
    }
    assertThat(walked).isEqualTo(expected.stream().boxed().toList());
    assertThat(absent.count()).isEqualTo(expected.cardinality());
  }
}

package dev.marey.snapshot.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import org.junit.jupiter.api.Test;

final class PageMapTest {

  private static final int PAGES = 5000;

  private record Difference(int page, int refA, int refB) {}

  @Provide
  Arbitrary<List<Tuple2<Integer, Integer>>> changes() {
    Arbitrary<Integer> page =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, PAGES - 1), Arbitraries.integers().between(0, 40));
    Arbitrary<Integer> ref = Arbitraries.integers().between(0, 3);
    return page.flatMap(p -> ref.map(r -> Tuple.of(p, r))).list().ofMaxSize(200);
  }

  private static PageMap apply(PageMap map, List<Tuple2<Integer, Integer>> changes) {
    PageMapBuilder builder = map.change();
    changes.forEach(change -> builder.set(change.get1(), change.get2()));
    return builder.build();
  }

  private static Map<Integer, Integer> stored(PageMap map) {
    Map<Integer, Integer> found = new TreeMap<>();
    map.forEachStored(found::put);
    return found;
  }

  private static List<Difference> differences(PageMap a, PageMap b) {
    List<Difference> found = new ArrayList<>();
    a.forEachDifference(b, (page, refA, refB) -> found.add(new Difference(page, refA, refB)));
    return found;
  }

  @Property(tries = 200)
  void mapEqualsAModelOfIt(
      @ForAll("changes") List<Tuple2<Integer, Integer>> first,
      @ForAll("changes") List<Tuple2<Integer, Integer>> second) {
    PageMap map = apply(apply(PageMap.empty(PAGES), first), second);
    Map<Integer, Integer> model = new TreeMap<>();
    first.forEach(change -> model.put(change.get1(), change.get2()));
    second.forEach(change -> model.put(change.get1(), change.get2()));
    for (int page = 0; page < PAGES; page++) {
      assertThat(map.refOf(page)).isEqualTo(model.getOrDefault(page, 0));
    }
    model.values().removeIf(ref -> ref == 0);
    assertThat(stored(map)).isEqualTo(model);
  }

  @Property(tries = 200)
  void aMapIsNotChangedByWhatIsMadeFromIt(
      @ForAll("changes") List<Tuple2<Integer, Integer>> first,
      @ForAll("changes") List<Tuple2<Integer, Integer>> second) {
    PageMap parent = apply(PageMap.empty(PAGES), first);
    Map<Integer, Integer> before = stored(parent);
    apply(parent, second);
    assertThat(stored(parent)).isEqualTo(before);
  }

  @Property(tries = 200)
  void differencesNameExactlyThePagesThatDiffer(
      @ForAll("changes") List<Tuple2<Integer, Integer>> first,
      @ForAll("changes") List<Tuple2<Integer, Integer>> second,
      @ForAll("changes") List<Tuple2<Integer, Integer>> third) {
    PageMap parent = apply(PageMap.empty(PAGES), first);
    PageMap a = apply(parent, second);
    PageMap b = apply(parent, third);
    List<Difference> expected = new ArrayList<>();
    for (int page = 0; page < PAGES; page++) {
      if (a.refOf(page) != b.refOf(page)) {
        expected.add(new Difference(page, a.refOf(page), b.refOf(page)));
      }
    }
    assertThat(differences(a, b)).isEqualTo(expected);
    assertThat(a.differenceCount(b)).isEqualTo(expected.size());
    assertThat(differences(b, a))
        .isEqualTo(expected.stream().map(d -> new Difference(d.page, d.refB, d.refA)).toList());
    assertThat(differences(a, a)).isEmpty();
  }

  @Property(tries = 100)
  void goingThereAndBackGivesNoDifference(
      @ForAll("changes") List<Tuple2<Integer, Integer>> first,
      @ForAll("changes") List<Tuple2<Integer, Integer>> second) {
    PageMap a = apply(PageMap.empty(PAGES), first);
    PageMap there = apply(a, second);
    PageMapBuilder back = there.change();
    there.forEachDifference(a, (page, refThere, refA) -> back.set(page, refA));
    assertThat(differences(back.build(), a)).isEmpty();
  }

  @Test
  void changesThatChangeNothingGiveTheSameMap() {
    PageMap map = PageMap.empty(PAGES).with(new int[] {1, 4000}, new int[] {7, 8});
    assertThat(map.with(new int[] {1, 2, 4000}, new int[] {7, 0, 8})).isSameAs(map);
  }

  @Test
  void mapsOfEverySizeHoldTheirFirstAndLastPage() {
    for (int pages : new int[] {1, 2, 15, 16, 17, 255, 256, 257, 4096, 4097, 1 << 21, 1 << 30}) {
      PageMap map = PageMap.empty(pages).change().set(0, 3).set(pages - 1, 5).build();
      assertThat(map.refOf(pages - 1)).isEqualTo(5);
      assertThat(map.refOf(0)).isEqualTo(pages == 1 ? 5 : 3);
    }
  }

  @Test
  void wrongArgumentsAreNamed() {
    PageMap map = PageMap.empty(10);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> map.refOf(10))
        .withMessage("page is not in 0..9: 10");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> map.with(new int[] {2, 2}, new int[] {1, 1}))
        .withMessage("pages do not ascend at index 1: 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> map.with(new int[] {2}, new int[] {-1}))
        .withMessage("refs[0] is negative: -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> map.forEachDifference(PageMap.empty(11), (page, a, b) -> {}))
        .withMessage("maps of 10 and 11 pages cannot be compared");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> map.change().set(-1, 1))
        .withMessage("page is not in 0..9: -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PageMap.empty(0))
        .withMessage("pageCount is not positive: 0");
  }
}

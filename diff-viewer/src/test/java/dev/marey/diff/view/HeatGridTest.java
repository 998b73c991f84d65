package dev.marey.diff.view;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class HeatGridTest {

  @Property(tries = 200)
  void everyPageHasASpotInThePictureThatLeadsBackToIt(
      @ForAll @IntRange(min = 1, max = 300_000) int pageCount,
      @ForAll @IntRange(min = 1, max = 700) int width,
      @ForAll @IntRange(min = 1, max = 700) int height,
      @ForAll @IntRange(max = 299_999) int any) {
    HeatGrid grid = HeatGrid.fitting(pageCount, width, height);
    int page = any % pageCount;

    assertThat(grid.width()).isLessThanOrEqualTo(width);
    assertThat(grid.height()).isLessThanOrEqualTo(height);
    int first = grid.firstPageAt(grid.x(page), grid.y(page));
    assertThat(page).isBetween(first, first + grid.pagesPerCell() - 1);
  }
}

package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.store.PageMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class BaseTest {

  private static final NodeId S1 = NodeId.parse("S1");
  private static final NodeId S2 = NodeId.parse("S2");
  private static final NodeId S3 = NodeId.parse("S3");

  private final PageMap map = PageMap.empty(16);
  private final CompletableFuture<PageMap> second = new CompletableFuture<>();
  private final CompletableFuture<PageMap> third = new CompletableFuture<>();
  private final Base one = Base.of(Optional.of(S1), map);
  private final Base two = Base.saving(S2, second, one);
  private final Base three = Base.saving(S3, third, two);

  @Test
  void whatIsStillBeingSavedCountsUntilItFails() {
    assertThat(three.nearest()).isSameAs(three);
    second.completeExceptionally(new SnapshotException("full"));
    assertThat(three.nearest()).isSameAs(three);
    third.completeExceptionally(new SnapshotException("the node before it"));
    assertThat(three.nearest().node()).contains(S1);
    assertThat(three.await().map()).isCompletedWithValue(map);
  }

  @Test
  void aBaseThatIsThereHoldsNothingBeforeIt() {
    second.complete(map);
    assertThat(Base.saving(S3, third, two).before().orElseThrow().before()).isEmpty();
    assertThat(two.await().before()).isEmpty();
    assertThat(two.await().node()).contains(S2);
  }

  /** Sabotage that fails it: naming its own map alone. */
  @Test
  void pagesOfAllThatMayTakeItsPlaceAreNeeded() {
    NeededPages needed = new NeededPages();
    Base.saving(S3, third, Base.saving(S2, second, Base.of(Optional.of(S1), with(1, 7))))
        .tell(needed);
    assertThat(needed.references().stream()).containsExactly(7);

    second.complete(with(2, 8));
    third.completeExceptionally(new SnapshotException("full"));
    needed = new NeededPages();
    Base.saving(S3, third, Base.saving(S2, second, Base.of(Optional.of(S1), with(1, 7))))
        .tell(needed);
    assertThat(needed.references().stream()).containsExactly(8);
  }

  private PageMap with(int page, int ref) {
    return map.change().set(page, ref).build();
  }

  @Test
  void beforeTheFirstNodeAllIsZero() {
    Base first = Base.saving(S1, second, Base.none(16));
    second.completeExceptionally(new SnapshotException("full"));
    assertThat(first.nearest().node()).isEmpty();
    assertThat(first.await().map().join().pageCount()).isEqualTo(16);
  }
}

package dev.marey.diff.view;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The pages a hex view has looked at lately. A page it has not is asked for in the background and
 * is <em>loading</em> until then.
 *
 * <p>Threading: fx.
 */
final class HexPages {

  private static final int KEPT = 512;

  /** What is known of a page. */
  sealed interface State {}

  record Loading() implements State {}

  record NotThere() implements State {}

  record Failed(String reason) implements State {}

  /**
   * Its contents.
   *
   * @param bytes never changed
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Known(byte[] bytes) implements State {}

  private final BackgroundWork work;
  private final HexSource source;
  private final Runnable arrival;
  private final Map<Long, State> states =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, State> eldest) {
          return size() > KEPT;
        }
      };

  /**
   * Starts empty.
   *
   * @param arrival called when a page that was loading is there
   */
  HexPages(BackgroundWork work, HexSource source, Runnable arrival) {
    this.work = work;
    this.source = source;
    this.arrival = arrival;
  }

  /** State of a page, asking for it if need be. */
  State state(long pageIndex) {
    State state = states.get(pageIndex);
    if (state == null) {
      state = new Loading();
      states.put(pageIndex, state);
      work.run(
          progress -> source.readPage(pageIndex),
          bytes -> arrive(pageIndex, bytes),
          reason -> put(pageIndex, new Failed(reason)));
      state = states.getOrDefault(pageIndex, state);
    }
    return state;
  }

  /** The byte if it is known now; -1 otherwise. Asks for nothing. */
  int byteAt(long address) {
    return states.get(address / HexSource.PAGE_BYTES) instanceof Known known
        ? known.bytes[(int) (address % HexSource.PAGE_BYTES)] & 0xff
        : -1;
  }

  private void arrive(long pageIndex, Optional<byte[]> bytes) {
    put(pageIndex, bytes.<State>map(Known::new).orElseGet(NotThere::new));
  }

  private void put(long pageIndex, State state) {
    states.put(pageIndex, state);
    arrival.run();
  }
}

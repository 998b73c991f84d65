package dev.marey.machine.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Which device sections a stream has and where each begins and ends. Two states of one machine in
 * which that is the same have the same fields: subsections that come or go change lengths. Compares
 * a state in some microseconds, without taking it apart. Immutable.
 */
public final class SectionLayout {

  private static final int FOOTER_BYTES = 1 + Integer.BYTES;
  private static final int FIXED_HEAD_BYTES = 1 + Integer.BYTES + 1 + Integer.BYTES + Integer.BYTES;

  private static final String RUN_STATE = "globalstate";

  private final List<Section> sections;
  private final int lengthBytes;
  private final ByteBuffer runState;
  private final int runStateAt;

  /**
   * @param at where it begins, from the first section on
   * @param head type, id, name, instance and version
   * @param end where its footer begins
   */
  private record Section(int at, ByteBuffer head, int end, ByteBuffer footer) {}

  private SectionLayout(
      List<Section> sections, int lengthBytes, ByteBuffer runState, int runStateAt) {
    this.sections = sections;
    this.lengthBytes = lengthBytes;
    this.runState = runState;
    this.runStateAt = runStateAt;
  }

  /** That of a complete stream; takes milliseconds. */
  public static SectionLayout of(DeviceState complete) throws StateFormatException {
    StateStream stream = StateStream.parse(complete);
    ByteBuffer bytes = complete.buffer();
    List<Section> sections = new ArrayList<>();
    int first = -1;
    int end = 0;
    ByteBuffer runState = ByteBuffer.allocate(0);
    int runStateAt = 0;
    for (DeviceSection section : stream.sections()) {
      int begin = section.offset() - FIXED_HEAD_BYTES - section.name().length();
      first = first < 0 ? begin : first;
      end = section.offset() + section.lengthBytes();
      sections.add(
          new Section(
              begin - first,
              bytes.slice(begin, section.offset() - begin),
              end - first,
              bytes.slice(end, FOOTER_BYTES)));
      if (section.name().equals(RUN_STATE)) {
        runState = section.body(bytes);
        runStateAt = section.offset() - first;
      }
    }
    return new SectionLayout(
        List.copyOf(sections), end + FOOTER_BYTES - first, runState, runStateAt);
  }

  /**
   * Whether a fast state has this layout.
   *
   * @param fastState bytes between position and limit: header, device sections, end mark
   */
  public boolean fits(ByteBuffer fastState) {
    ByteBuffer bytes = fastState.slice();
    int begin = StateHead.MAGIC_BYTES;
    if (bytes.limit() != begin + lengthBytes + 1) {
      return false;
    }
    return sections.stream()
        .allMatch(
            section ->
                matches(bytes, begin + section.at(), section.head())
                    && matches(bytes, begin + section.end(), section.footer()));
  }

  /**
   * A fast state always says that the guest runs; this gives a copy of one that fits, with what the
   * complete stream says instead.
   */
  public ByteBuffer withRunState(ByteBuffer fastState) {
    ByteBuffer copy = ByteBuffer.allocate(fastState.remaining()).put(fastState.duplicate()).flip();
    copy.put(StateHead.MAGIC_BYTES + runStateAt, runState, 0, runState.remaining());
    return copy;
  }

  private static boolean matches(ByteBuffer bytes, int at, ByteBuffer expected) {
    return bytes.slice(at, expected.remaining()).equals(expected);
  }
}

package dev.marey.machine.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A {@link DeviceState} taken apart into its sections.
 *
 * <pre>
 * header, configuration, RAM blocks    see {@code StateHead}
 * 04 device section                    any number
 * 00
 * 06 be32 n, n bytes JSON              optional; n = 0 if it is unknown
 * </pre>
 *
 * A device section does not say how long it is. With a description its length follows from the
 * fields, and the footer must be there. Without one, or where the section has another shape than
 * described, it ends at the first footer with its id that a new section or the end mark follows.
 * Immutable; the RAM blocks are views of the state's bytes.
 *
 * @param machineType QEMU's name of the machine; empty where the stream has no configuration
 * @param capabilities migration capabilities the stream was made with
 * @param ramBlocks all RAM blocks; those that are shared carry no pages
 * @param description empty if the stream carries none
 */
public record StateStream(
    DeviceState state,
    String machineType,
    List<String> capabilities,
    List<RamBlock> ramBlocks,
    List<DeviceSection> sections,
    Optional<StateDescription> description) {

  private static final int LARGEST_NUMBER = 0xffff;

  /**
   * Takes a stream apart with the description it carries, if any.
   *
   * @throws StateFormatException naming the offset and what was expected there
   */
  public static StateStream parse(DeviceState state) throws StateFormatException {
    return parse(state, Optional.empty());
  }

  /**
   * Takes a stream apart that may carry no description.
   *
   * @param known description of another stream of the same machine; used if this one has none
   */
  public static StateStream parse(DeviceState state, StateDescription known)
      throws StateFormatException {
    return parse(state, Optional.of(known));
  }

  private static StateStream parse(DeviceState state, Optional<StateDescription> known)
      throws StateFormatException {
    ByteBuffer bytes = state.buffer();
    StateCursor cursor = new StateCursor(bytes);
    StateHead head = StateHead.read(cursor);
    Optional<StateDescription> own = trailingDescription(bytes);
    Optional<StateDescription> description = own.isPresent() ? own : known;
    List<DeviceSection> sections = new ArrayList<>();
    Set<Long> ids = new HashSet<>();
    while (true) {
      int at = cursor.position();
      int type = cursor.u8("section type");
      if (type == SectionType.EOF) {
        break;
      }
      if (type != SectionType.FULL) {
        throw new StateFormatException(
            at,
            "expected a device section 0x04 or the end mark 0x00, found 0x%02x".formatted(type));
      }
      DeviceSection section = section(cursor, bytes, description, ids);
      ids.add(section.id());
      sections.add(section);
    }
    readTail(cursor, own);
    return new StateStream(
        state,
        head.machineType(),
        head.capabilities(),
        List.copyOf(head.blocks()),
        List.copyOf(sections),
        own);
  }

  private static DeviceSection section(
      StateCursor cursor,
      ByteBuffer bytes,
      Optional<StateDescription> description,
      Set<Long> earlier)
      throws StateFormatException {
    int at = cursor.position();
    long id = cursor.u32("section id");
    String name = cursor.name("section name");
    long instance = cursor.u32("instance id");
    long version = cursor.u32("section version");
    if (earlier.contains(id)) {
      throw new StateFormatException(at, "section id %d of %s came before".formatted(id, name));
    }
    int begin = cursor.position();
    int end = describedEnd(cursor, description, name, instance, version, id);
    if (end < 0) {
      end = footer(bytes, begin, id, earlier);
    }
    if (end < 0) {
      throw new StateFormatException(
          begin,
          "expected the footer 0x7e of section %d (%s) after its body, but there is none"
              .formatted(id, name));
    }
    cursor.position(end);
    StateHead.readFooter(cursor, id);
    return new DeviceSection(id, name, instance, version, begin, end - begin);
  }

  /** Where the footer is if the body has the described shape, else -1. */
  private static int describedEnd(
      StateCursor cursor,
      Optional<StateDescription> description,
      String name,
      long instance,
      long version,
      long id) {
    Optional<Shape> shape =
        description
            .flatMap(known -> known.shape(name, instance))
            .filter(known -> known.version() == version || known.version() < 0);
    if (shape.isEmpty()) {
      return -1;
    }
    try {
      shape.get().skip(cursor);
      int end = cursor.position();
      StateHead.readFooter(cursor, id);
      return end;
    } catch (StateFormatException e) {
      return -1;
    }
  }

  /** The first footer of a section that something sensible follows, or -1. */
  private static int footer(ByteBuffer bytes, int begin, long id, Set<Long> earlier) {
    int last = bytes.limit() - 1 - Integer.BYTES;
    for (int at = begin; at <= last; at++) {
      if (bytes.get(at) == SectionType.FOOTER
          && Integer.toUnsignedLong(bytes.getInt(at + 1)) == id
          && isBoundary(bytes, at + 1 + Integer.BYTES, id, earlier)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isBoundary(ByteBuffer bytes, int at, long id, Set<Long> earlier) {
    StateCursor cursor = new StateCursor(bytes);
    cursor.position(at);
    try {
      int type = cursor.u8("section type");
      if (type == SectionType.EOF) {
        return cursor.remaining() == 0
            || (cursor.u8("description") == SectionType.VMDESCRIPTION
                && cursor.u32("length of the description") == cursor.remaining());
      }
      if (type != SectionType.FULL) {
        return false;
      }
      long next = cursor.u32("section id");
      String name = cursor.name("section name");
      return next <= LARGEST_NUMBER
          && next != id
          && !earlier.contains(next)
          && !name.isEmpty()
          && name.chars().allMatch(c -> c > ' ' && c < 0x7f)
          && cursor.u32("instance id") <= LARGEST_NUMBER
          && cursor.u32("section version") <= LARGEST_NUMBER;
    } catch (StateFormatException e) {
      return false;
    }
  }

  /**
   * The description at the very end. JSON text has no control characters, so that its beginning is
   * found from behind: a guest's bytes cannot be taken for it.
   */
  private static Optional<StateDescription> trailingDescription(ByteBuffer bytes)
      throws StateFormatException {
    int head = descriptionAt(bytes);
    if (head < 0) {
      return Optional.empty();
    }
    int begin = head + 1 + Integer.BYTES;
    StateCursor cursor = new StateCursor(bytes);
    cursor.position(begin);
    String json = cursor.text(bytes.limit() - begin, "description");
    return Optional.of(StateDescription.parse(json, begin));
  }

  /** Where the description's section begins at the end of a stream, or -1 if it has none. */
  static int descriptionAt(ByteBuffer bytes) {
    int end = bytes.limit();
    int text = end;
    while (text > 0 && bytes.get(text - 1) >= ' ') {
      text--;
    }
    // The lowest bytes of the length may look like text.
    for (int begin = text; begin <= Math.min(text + Integer.BYTES, end - 1); begin++) {
      int head = begin - 1 - Integer.BYTES;
      if (head >= 1
          && bytes.get(head) == SectionType.VMDESCRIPTION
          && bytes.get(head - 1) == SectionType.EOF
          && bytes.getInt(head + 1) == end - begin) {
        return head;
      }
    }
    return -1;
  }

  private static void readTail(StateCursor cursor, Optional<StateDescription> own)
      throws StateFormatException {
    if (cursor.remaining() == 0) {
      return;
    }
    int at = cursor.position();
    if (cursor.u8("description") != SectionType.VMDESCRIPTION) {
      throw new StateFormatException(at, "expected the description 0x06 or the end of the stream");
    }
    long length = cursor.u32("length of the description");
    cursor.take(length, "description");
    if (cursor.remaining() != 0) {
      throw cursor.failure(
          "expected the end of the stream, found %d more bytes".formatted(cursor.remaining()));
    }
    if (length != 0 && own.isEmpty()) {
      throw new StateFormatException(at, "expected a description in JSON");
    }
  }
}

package dev.marey.machine.state;

import java.util.List;
import java.util.Optional;

/**
 * What QEMU's description says about the layout of one VMState: its fields in stream order, then
 * the subsections that were there.
 *
 * <pre>
 * vmstate     | field | field | ... | subsection | ...
 * subsection  05  u8 n, n bytes name  be32 version  vmstate
 * </pre>
 *
 * @param name QEMU's name of the VMState, such as {@code cpu/msr_smi_count}
 * @param fixedBytes the length where no subsection is involved at any depth
 */
record Shape(
    String name, long version, List<Field> fields, List<Shape> subsections, long fixedBytes) {

  /** Lengths beyond this are beyond any stream; sums stop here instead of overflowing. */
  static final long ENDLESS = 1L << 40;

  /**
   * One entry of {@code fields}.
   *
   * @param index which element of an array this is, -1 if it is none
   * @param count how many elements of equal layout follow each other, 0 for no array
   * @param type QEMU's name of the type
   * @param size length of one element in bytes
   * @param inner layout of a structure
   */
  record Field(String name, int index, int count, String type, int size, Optional<Shape> inner) {

    int elements() {
      return Math.max(count, 1);
    }

    long fixedBytes() {
      long one = inner.map(Shape::fixedBytes).orElse((long) size);
      return one > ENDLESS / elements() ? ENDLESS : one * elements();
    }

    boolean variable() {
      return inner.isPresent() && inner.get().variable();
    }
  }

  static Shape of(String name, long version, List<Field> fields, List<Shape> subsections) {
    long bytes = 0;
    for (Field field : fields) {
      bytes = Math.min(ENDLESS, bytes + field.fixedBytes());
    }
    return new Shape(name, version, List.copyOf(fields), List.copyOf(subsections), bytes);
  }

  /** Whether the length depends on subsections that come and go. */
  boolean variable() {
    return !subsections.isEmpty() || fields.stream().anyMatch(Field::variable);
  }

  /** Length with every described subsection present, as it was when the description was made. */
  long describedBytes() {
    long bytes = 0;
    for (Field field : fields) {
      long one = field.inner().map(Shape::describedBytes).orElse((long) field.size());
      bytes += one > ENDLESS / field.elements() ? ENDLESS : one * field.elements();
      bytes = Math.min(ENDLESS, bytes);
    }
    for (Shape subsection : subsections) {
      bytes = Math.min(ENDLESS, bytes + subsection.headBytes() + subsection.describedBytes());
    }
    return bytes;
  }

  /** Bytes before a subsection's own fields. */
  int headBytes() {
    return 1 + 1 + name.length() + Integer.BYTES;
  }

  /** Moves the cursor behind a VMState of this shape. */
  void skip(StateCursor cursor) throws StateFormatException {
    for (Field field : fields) {
      if (!field.variable()) {
        cursor.take(field.fixedBytes(), field.name());
        continue;
      }
      Shape inner = field.inner().orElseThrow();
      for (int i = 0; i < field.elements(); i++) {
        int before = cursor.position();
        inner.skip(cursor);
        if (cursor.position() == before) {
          break; // an element that takes nothing: so do the others
        }
      }
    }
    for (Shape subsection : subsections) {
      if (subsection.isNext(cursor)) {
        cursor.take(subsection.headBytes(), subsection.name());
        subsection.skip(cursor);
      }
    }
  }

  /**
   * Moves the cursor behind a device body: fields, then subsections up to its end. Subsections that
   * are not described are allowed, because QEMU writes some only when they are needed.
   */
  void skipDevice(StateCursor cursor) throws StateFormatException {
    Shape.of(name, version, fields, List.of()).skip(cursor);
    while (cursor.remaining() > 0) {
      Optional<Shape> described = nextSubsection(cursor);
      if (described.isPresent()) {
        cursor.take(described.get().headBytes(), described.get().name());
        described.get().skip(cursor);
      } else {
        cursor.take(undescribedBytes(cursor), "subsection of " + name);
      }
    }
  }

  /** The described subsection whose head is next. */
  Optional<Shape> nextSubsection(StateCursor cursor) throws StateFormatException {
    for (Shape subsection : subsections) {
      if (subsection.isNext(cursor)) {
        return Optional.of(subsection);
      }
    }
    return Optional.empty();
  }

  /** Length of an undescribed subsection: up to the head of another one, or the end of the body. */
  int undescribedBytes(StateCursor cursor) throws StateFormatException {
    int begin = cursor.position();
    if (!isHead(cursor)) {
      throw cursor.failure("expected a subsection of " + name);
    }
    int end = begin + 1;
    int limit = begin + cursor.remaining();
    while (end < limit) {
      cursor.position(end);
      if (isHead(cursor)) {
        break;
      }
      end++;
    }
    cursor.position(begin);
    return end - begin;
  }

  /** Subsections are named after what they belong to: {@code cpu/xss}. */
  private boolean isHead(StateCursor cursor) throws StateFormatException {
    int at = cursor.position();
    String prefix = name + "/";
    boolean head = cursor.peek() == SectionType.SUBSECTION;
    if (head) {
      cursor.u8("subsection");
      int length = Math.max(0, cursor.peek());
      head = length > prefix.length() && cursor.remaining() >= 1 + length + Integer.BYTES;
      head = head && cursor.name("subsection name").startsWith(prefix);
    }
    cursor.position(at);
    return head;
  }

  /** Whether the cursor stands at the head of this subsection, in this version. */
  boolean isNext(StateCursor cursor) throws StateFormatException {
    int at = cursor.position();
    boolean next =
        cursor.remaining() >= headBytes()
            && cursor.u8("subsection") == SectionType.SUBSECTION
            && cursor.name("subsection name").equals(name)
            && cursor.u32("subsection version") == version;
    cursor.position(at);
    return next;
  }
}

package dev.marey.machine.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the nodes of one device section whose body is known to fit a shape.
 *
 * <p>Threading: one thread.
 */
final class ShapeReader {

  private final StateCursor cursor;
  private final Set<String> paths;
  private int budget;

  /**
   * @param paths all paths given so far
   * @param budget how many nodes may be made: sizes of zero could otherwise make any number
   */
  ShapeReader(ByteBuffer body, Set<String> paths, int budget) {
    this.cursor = new StateCursor(body);
    this.paths = paths;
    this.budget = budget;
  }

  /**
   * A whole device body. Subsections that are not described come as bytes, those that are described
   * and not there as absent.
   */
  List<StateNode> readDevice(Shape shape, String path) throws StateFormatException {
    List<StateNode> nodes = fields(shape, path);
    Set<Shape> absent = new LinkedHashSet<>(shape.subsections());
    while (cursor.remaining() > 0) {
      Optional<Shape> described = shape.nextSubsection(cursor);
      if (described.isPresent()) {
        absent.remove(described.get());
        nodes.add(subsection(described.get(), unique(path + "/" + described.get().name())));
      } else {
        nodes.add(undescribed(shape, path));
      }
    }
    for (Shape subsection : absent) {
      nodes.add(subsection(subsection, unique(path + "/" + subsection.name())));
    }
    return nodes;
  }

  private StateNode undescribed(Shape shape, String parent) throws StateFormatException {
    ByteBuffer bytes = cursor.take(shape.undescribedBytes(cursor), "subsection");
    StateCursor head = new StateCursor(bytes);
    head.u8("subsection");
    String name = head.name("subsection name");
    head.u32("subsection version");
    StateValue value =
        new StateValue.Bytes(
            head.take(head.remaining(), name), "no description of this subsection is known");
    return node(name, unique(parent + "/" + name), "subsection", value, List.of());
  }

  /** Fields and subsections of a VMState that begins where the cursor stands. */
  private List<StateNode> read(Shape shape, String parent) throws StateFormatException {
    List<StateNode> nodes = fields(shape, parent);
    for (Shape subsection : shape.subsections()) {
      nodes.add(subsection(subsection, unique(parent + "/" + subsection.name())));
    }
    return nodes;
  }

  private List<StateNode> fields(Shape shape, String parent) throws StateFormatException {
    List<StateNode> nodes = new ArrayList<>();
    List<Shape.Field> fields = shape.fields();
    int at = 0;
    while (at < fields.size()) {
      Shape.Field field = fields.get(at);
      if (field.index() < 0 && field.count() == 0) {
        nodes.add(element(field, field.name(), unique(parent + "/" + field.name())));
        at++;
        continue;
      }
      // Elements of an array of unequal layout follow each other as fields of the same name.
      int end = at + 1;
      while (field.index() >= 0
          && end < fields.size()
          && fields.get(end).index() > fields.get(end - 1).index()
          && fields.get(end).name().equals(field.name())) {
        end++;
      }
      nodes.add(array(fields.subList(at, end), unique(parent + "/" + field.name())));
      at = end;
    }
    return nodes;
  }

  private StateNode array(List<Shape.Field> parts, String path) throws StateFormatException {
    List<StateNode> elements = new ArrayList<>();
    for (Shape.Field part : parts) {
      int first = Math.max(part.index(), 0);
      for (int i = 0; i < part.elements(); i++) {
        String name = "[" + (first + i) + "]";
        elements.add(element(part, name, unique(path + name)));
      }
    }
    Shape.Field field = parts.get(0);
    return node(field.name(), path, field.type(), new StateValue.Array(elements.size()), elements);
  }

  private StateNode subsection(Shape shape, String path) throws StateFormatException {
    if (!shape.isNext(cursor)) {
      return node(shape.name(), path, "subsection", new StateValue.Absent(), List.of());
    }
    cursor.take(shape.headBytes(), shape.name());
    int begin = cursor.position();
    List<StateNode> children = read(shape, path);
    StateValue value = new StateValue.Struct(cursor.position() - begin);
    return node(shape.name(), path, "subsection", value, children);
  }

  private StateNode element(Shape.Field field, String name, String path)
      throws StateFormatException {
    if (field.inner().isPresent()) {
      int begin = cursor.position();
      List<StateNode> children = read(field.inner().get(), path);
      StateValue value = new StateValue.Struct(cursor.position() - begin);
      return node(name, path, field.type(), value, children);
    }
    StateValue value = value(field.type(), cursor.take(field.size(), field.name()));
    return node(name, path, field.type(), value, List.of());
  }

  /** Types as in QEMU's {@code migration/vmstate-types.c}; numbers are big-endian. */
  private static StateValue value(String type, ByteBuffer bytes) {
    int width = bytes.remaining();
    if (type.equals("bool") && width == 1) {
      return new StateValue.Flag(bytes.get() != 0);
    }
    if (type.equals("timer") && width == Long.BYTES) {
      return new StateValue.Timer(bytes.getLong());
    }
    // "uint8", "int32 equal", "int32 le": what follows the type is a check made when loading.
    String number = type.split(" ", 2)[0];
    if (number.equals("uint" + width * Byte.SIZE) || number.equals("int" + width * Byte.SIZE)) {
      long bits = 0;
      while (bytes.hasRemaining()) {
        bits = (bits << Byte.SIZE) | Byte.toUnsignedLong(bytes.get());
      }
      return new StateValue.Int(bits, width, number.startsWith("i"));
    }
    return new StateValue.Bytes(bytes, "");
  }

  private StateNode node(
      String name, String path, String type, StateValue value, List<StateNode> children)
      throws StateFormatException {
    if (--budget < 0) {
      throw cursor.failure("expected fewer fields in one device section");
    }
    return new StateNode(name, path, type, value, children);
  }

  private String unique(String path) {
    String candidate = path;
    for (int copy = 2; !paths.add(candidate); copy++) {
      candidate = path + "#" + copy;
    }
    return candidate;
  }
}

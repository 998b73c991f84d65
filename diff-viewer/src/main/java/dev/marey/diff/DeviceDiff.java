package dev.marey.diff;

import dev.marey.machine.state.StateNode;
import dev.marey.machine.state.StateTree;
import dev.marey.machine.state.StateValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which fields of the devices differ between two instants, as a tree of the devices with nothing in
 * it that is equal. What only one side has is one row, whatever is below it.
 *
 * <p>Threading: any; immutable.
 *
 * @param roots devices with differences, in the order of the state
 */
public record DeviceDiff(List<FieldChange> roots) {

  public DeviceDiff {
    roots = List.copyOf(roots);
  }

  public static DeviceDiff of(StateTree a, StateTree b) {
    return new DeviceDiff(CpuChanges.named(children(a.roots(), b.roots()), a, b));
  }

  public boolean isEmpty() {
    return roots.isEmpty();
  }

  /** Fields that differ. */
  public int fieldsChanged() {
    return roots.stream().mapToInt(FieldChange::fieldCount).sum();
  }

  /** All differing fields in order, without their groups. */
  public List<FieldChange> fields() {
    List<FieldChange> fields = new ArrayList<>();
    roots.forEach(root -> root.forEachField(fields::add));
    return fields;
  }

  /** The same differences seen from the other side. */
  public DeviceDiff swapped() {
    return new DeviceDiff(roots.stream().map(FieldChange::swapped).toList());
  }

  /** The rows that contain the text in their path or values, with the groups they are in. */
  public DeviceDiff filtered(String text, boolean withClocks) {
    String wanted = text.strip().toLowerCase(Locale.ROOT);
    return new DeviceDiff(filtered(roots, wanted, withClocks));
  }

  /** A line for each field: path, what was, what is. */
  public String asText() {
    StringBuilder text = new StringBuilder();
    for (FieldChange field : fields()) {
      text.append(line(field)).append('\n');
    }
    return text.toString();
  }

  /** One field as a line of text. */
  public static String line(FieldChange field) {
    String values =
        switch (field.kind()) {
          case GROUP -> field.fieldCount() + " differing";
          case CHANGED -> field.before() + " → " + field.after();
          case APPEARED -> "appeared: " + field.after();
          case GONE -> "gone: " + field.before();
        };
    return field.path() + "  " + values + (field.clock() ? "  [clock]" : "");
  }

  private static List<FieldChange> filtered(
      List<FieldChange> rows, String wanted, boolean withClocks) {
    List<FieldChange> kept = new ArrayList<>();
    for (FieldChange row : rows) {
      if (row.kind() == FieldChange.Kind.GROUP) {
        List<FieldChange> children = filtered(row.children(), wanted, withClocks);
        if (!children.isEmpty()) {
          kept.add(FieldChange.group(row.path(), row.name(), children));
        }
      } else if ((withClocks || !row.clock()) && contains(row, wanted)) {
        kept.add(row);
      }
    }
    return kept;
  }

  private static boolean contains(FieldChange row, String wanted) {
    return (row.path() + '\n' + row.name() + '\n' + row.before() + '\n' + row.after())
        .toLowerCase(Locale.ROOT)
        .contains(wanted);
  }

  private static List<FieldChange> children(List<StateNode> a, List<StateNode> b) {
    Map<String, StateNode> inA = byPath(a);
    Map<String, StateNode> inB = byPath(b);
    List<FieldChange> changes = new ArrayList<>();
    for (StateNode node : b) {
      StateNode before = inA.get(node.path());
      if (before == null) {
        changes.add(oneSided(node, FieldChange.Kind.APPEARED));
      } else {
        compare(before, node).ifPresent(changes::add);
      }
    }
    for (StateNode node : a) {
      if (!inB.containsKey(node.path())) {
        changes.add(oneSided(node, FieldChange.Kind.GONE));
      }
    }
    return changes;
  }

  private static Map<String, StateNode> byPath(List<StateNode> nodes) {
    Map<String, StateNode> map = new LinkedHashMap<>();
    nodes.forEach(node -> map.put(node.path(), node));
    return map;
  }

  private static Optional<FieldChange> compare(StateNode a, StateNode b) {
    if (a.equals(b)) {
      return Optional.empty();
    }
    boolean absentInA = a.value() instanceof StateValue.Absent;
    boolean absentInB = b.value() instanceof StateValue.Absent;
    if (absentInA != absentInB) {
      return Optional.of(
          absentInA ? oneSided(b, FieldChange.Kind.APPEARED) : oneSided(a, FieldChange.Kind.GONE));
    }
    if (a.children().isEmpty() && b.children().isEmpty()) {
      FieldText.Pair text = FieldText.of(a.value(), b.value());
      return Optional.of(
          new FieldChange(
              b.path(),
              b.name(),
              FieldChange.Kind.CHANGED,
              text.before(),
              text.after(),
              FieldText.isClock(b),
              List.of()));
    }
    List<FieldChange> children = children(a.children(), b.children());
    return children.isEmpty()
        ? Optional.empty()
        : Optional.of(FieldChange.group(b.path(), b.name(), children));
  }

  private static FieldChange oneSided(StateNode node, FieldChange.Kind kind) {
    String text = FieldText.whole(node);
    boolean appeared = kind == FieldChange.Kind.APPEARED;
    return new FieldChange(
        node.path(),
        node.name(),
        kind,
        appeared ? "" : text,
        appeared ? text : "",
        FieldText.isClock(node),
        List.of());
  }
}

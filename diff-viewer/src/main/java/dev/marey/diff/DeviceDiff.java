package dev.marey.diff;

import dev.marey.machine.state.StateNode;
import dev.marey.machine.state.StateTree;
import dev.marey.machine.state.StateValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which fields of the devices differ between two instants, as a tree of the devices with nothing in
 * it that is equal. What only one side has is one row, whatever is below it.
 *
 * <p>Threading: any; immutable.
 *
 * @param roots devices with differences, in the order of the state
 * @param history what is known of other pairs of nodes
 */
public record DeviceDiff(List<FieldChange> roots, FieldHistory history) {

  public DeviceDiff {
    roots = List.copyOf(roots);
  }

  /** Differences of which nothing is known beside them. */
  public DeviceDiff(List<FieldChange> roots) {
    this(roots, FieldHistory.NONE);
  }

  public static DeviceDiff of(StateTree a, StateTree b) {
    return of(a, b, FieldHistory.NONE);
  }

  /**
   * The same, knowing what usually changes.
   *
   * @param history of the same guest
   */
  public static DeviceDiff of(StateTree a, StateTree b, FieldHistory history) {
    return new DeviceDiff(CpuChanges.named(children(a.roots(), b.roots()), a, b), history);
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

  /** Fields that differ and usually do. */
  public int fieldsUsual() {
    return (int) fields().stream().filter(this::usual).count();
  }

  /** Whether a field usually changes ({@link FieldHistory#usual}); of a group, all of it. */
  public boolean usual(FieldChange row) {
    return row.kind() == FieldChange.Kind.GROUP
        ? row.children().stream().allMatch(this::usual)
        : history.usual(row.path());
  }

  /**
   * The fewest neighbouring pairs of nodes in which one of the row's fields changed, out of {@link
   * FieldHistory#pairs}.
   */
  public int seldom(FieldChange row) {
    return row.kind() == FieldChange.Kind.GROUP
        ? row.children().stream().mapToInt(this::seldom).min().orElse(history.pairs())
        : history.changes(row.path());
  }

  /** The same differences seen from the other side. */
  public DeviceDiff swapped() {
    return new DeviceDiff(roots.stream().map(FieldChange::swapped).toList(), history);
  }

  /** The same differences, in every group those first that were seen in the fewest other pairs. */
  public DeviceDiff byRarity() {
    return new DeviceDiff(byRarity(roots), history);
  }

  private List<FieldChange> byRarity(List<FieldChange> rows) {
    return rows.stream().map(this::sorted).sorted(Comparator.comparingInt(this::seldom)).toList();
  }

  private FieldChange sorted(FieldChange row) {
    return row.kind() == FieldChange.Kind.GROUP
        ? FieldChange.group(row.path(), row.name(), byRarity(row.children()))
        : row;
  }

  /** All differing fields without their groups, those seen in the fewest other pairs first. */
  public List<FieldChange> fieldsByRarity() {
    return fields().stream().sorted(Comparator.comparingInt(this::seldom)).toList();
  }

  /** The rows that contain the text in their path or values, with the groups they are in. */
  public DeviceDiff filtered(String text) {
    String wanted = text.strip().toLowerCase(Locale.ROOT);
    return only(row -> contains(row, wanted));
  }

  /** The rows that are no clocks and timers. */
  public DeviceDiff withoutClocks() {
    return only(row -> !row.clock());
  }

  /** The rows that do not usually change. */
  public DeviceDiff withoutUsual() {
    return only(row -> !usual(row));
  }

  private DeviceDiff only(Predicate<FieldChange> wanted) {
    return new DeviceDiff(only(roots, wanted), history);
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

  private static List<FieldChange> only(List<FieldChange> rows, Predicate<FieldChange> wanted) {
    List<FieldChange> kept = new ArrayList<>();
    for (FieldChange row : rows) {
      if (row.kind() == FieldChange.Kind.GROUP) {
        List<FieldChange> children = only(row.children(), wanted);
        if (!children.isEmpty()) {
          kept.add(FieldChange.group(row.path(), row.name(), children));
        }
      } else if (wanted.test(row)) {
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

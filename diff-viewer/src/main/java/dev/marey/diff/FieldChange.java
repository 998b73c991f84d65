package dev.marey.diff;

import java.util.List;
import java.util.function.Consumer;

/**
 * One row of the device diff: a field that differs, or a group that holds such fields.
 *
 * @param path as in the device state: {@code cpu[0]/env.regs[3]}
 * @param name the last step of the path
 * @param kind what happened
 * @param before value in A in words; empty for a group and for what appeared
 * @param after value in B in words; empty for a group and for what is gone
 * @param clock it is a clock or a timer, which runs on by itself
 * @param children differing fields below a group, in the order of the state; empty for a field
 */
public record FieldChange(
    String path,
    String name,
    Kind kind,
    String before,
    String after,
    boolean clock,
    List<FieldChange> children) {

  /** What happened to a field. */
  public enum Kind {
    /** Holds changed fields, is none itself. */
    GROUP,
    CHANGED,
    /** There is no such thing in A. */
    APPEARED,
    /** There is no such thing in B. */
    GONE
  }

  public FieldChange {
    children = List.copyOf(children);
  }

  static FieldChange group(String path, String name, List<FieldChange> children) {
    boolean clock = children.stream().allMatch(FieldChange::clock);
    return new FieldChange(path, name, Kind.GROUP, "", "", clock, children);
  }

  /** The same change seen from the other side. */
  FieldChange swapped() {
    Kind reversed =
        switch (kind) {
          case GROUP, CHANGED -> kind;
          case APPEARED -> Kind.GONE;
          case GONE -> Kind.APPEARED;
        };
    List<FieldChange> below = children.stream().map(FieldChange::swapped).toList();
    return new FieldChange(path, name, reversed, after, before, clock, below);
  }

  /** Differing fields in it, itself included. */
  public int fieldCount() {
    return kind == Kind.GROUP ? children.stream().mapToInt(FieldChange::fieldCount).sum() : 1;
  }

  /** Calls with every field that differs; groups are passed over. */
  public void forEachField(Consumer<FieldChange> visitor) {
    if (kind != Kind.GROUP) {
      visitor.accept(this);
    }
    children.forEach(child -> child.forEachField(visitor));
  }
}

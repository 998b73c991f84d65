package dev.marey.workbench.dock;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Where views are: splits of splits of tabs. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = DockLayout.Split.class, name = "split"),
  @JsonSubTypes.Type(value = DockLayout.Tabs.class, name = "tabs")
})
public sealed interface DockLayout {

  /**
   * Parts beside or below each other.
   *
   * @param vertical whether they are below each other
   * @param dividers where the parts end, as fractions of the whole; one fewer than parts
   */
  record Split(boolean vertical, List<Double> dividers, List<DockLayout> parts)
      implements DockLayout {
    public Split {
      dividers = List.copyOf(dividers);
      parts = List.copyOf(parts);
    }
  }

  /**
   * Views behind each other.
   *
   * @param views ids, left to right
   * @param selected id of the one in front, empty for the first
   */
  record Tabs(List<String> views, String selected) implements DockLayout {
    public Tabs {
      views = List.copyOf(views);
    }
  }

  static Split columns(List<Double> dividers, DockLayout... parts) {
    return new Split(false, dividers, List.of(parts));
  }

  static Split rows(List<Double> dividers, DockLayout... parts) {
    return new Split(true, dividers, List.of(parts));
  }

  static Tabs tabs(String... views) {
    return new Tabs(List.of(views), "");
  }

  /** Ids of all views in it, in order. */
  default List<String> viewIds() {
    if (this instanceof Tabs tabs) {
      return tabs.views();
    }
    return ((Split) this).parts().stream().flatMap(part -> part.viewIds().stream()).toList();
  }

  /**
   * A layout that can be shown whatever was in the file: only known views, each once, no empty
   * parts, dividers that fit.
   */
  static DockLayout mended(DockLayout layout, Set<String> known) {
    return mend(layout, known, new HashSet<>());
  }

  private static DockLayout mend(DockLayout layout, Set<String> known, Set<String> seen) {
    if (layout instanceof Tabs tabs) {
      List<String> views =
          tabs.views().stream().filter(id -> known.contains(id) && seen.add(id)).toList();
      return new Tabs(views, views.contains(tabs.selected()) ? tabs.selected() : "");
    }
    Split split = (Split) layout;
    List<DockLayout> parts = new ArrayList<>();
    for (DockLayout part : split.parts()) {
      DockLayout mended = mend(part, known, seen);
      if (!mended.viewIds().isEmpty()) {
        parts.add(mended);
      }
    }
    if (parts.size() == 1) {
      return parts.get(0);
    }
    return new Split(split.vertical(), fitting(split.dividers(), parts.size()), parts);
  }

  private static List<Double> fitting(List<Double> dividers, int parts) {
    boolean fit =
        dividers.size() == parts - 1 && dividers.stream().allMatch(d -> d > 0.02 && d < 0.98);
    for (int i = 1; fit && i < dividers.size(); i++) {
      fit = dividers.get(i) > dividers.get(i - 1);
    }
    if (fit) {
      return dividers;
    }
    List<Double> even = new ArrayList<>();
    for (int i = 1; i < parts; i++) {
      even.add((double) i / parts);
    }
    return even;
  }
}

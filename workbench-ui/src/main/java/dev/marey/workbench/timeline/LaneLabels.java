package dev.marey.workbench.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives the marks of one lane labels that leave each other room: those that matter most have theirs
 * first, then from left to right each the longest that fits, or none. Immutable.
 *
 * @param characterWidth of a label, in pixels
 */
record LaneLabels(double characterWidth) {

  /** Of the usual text size. */
  static final LaneLabels USUAL = new LaneLabels(6.6);

  private static final double BETWEEN = 4;

  /** No label reaches farther from its mark than this. */
  private static final double FARTHEST = 1000;

  /** Letters of a label that stands out are this much wider, being bold. */
  private static final double BOLD = 1.15;

  /**
   * A mark that wants a label.
   *
   * @param x where its middle is
   * @param longestFirst what it could be called
   * @param matters whether it is to have a label when others must go without
   */
  record Wish(double x, List<String> longestFirst, boolean matters) {

    Wish {
      longestFirst = List.copyOf(longestFirst);
    }

    String shortest() {
      return longestFirst.get(longestFirst.size() - 1);
    }
  }

  /**
   * The label of each, empty where there is no room.
   *
   * @param wishes from left to right
   * @param end where the present's sign begins, which only numbers pass below
   */
  List<String> of(List<Wish> wishes, double end) {
    List<String> labels = new ArrayList<>();
    double free = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < wishes.size(); i++) {
      Wish wish = wishes.get(i);
      double from = free;
      double longTo = Math.min(end, next(wishes, i));
      double shortTo = wish.matters() ? Double.POSITIVE_INFINITY : nextThatMatters(wishes, i);
      Optional<String> label =
          wish.longestFirst().stream()
              .filter(name -> left(wish, name) >= from)
              .filter(
                  name -> right(wish, name) <= (name.equals(wish.shortest()) ? shortTo : longTo))
              .findFirst();
      free = label.map(name -> right(wish, name) + BETWEEN).orElse(free);
      labels.add(label.orElse(""));
    }
    return labels;
  }

  /** A long label takes no other mark's number away. */
  private double next(List<Wish> wishes, int at) {
    return at + 1 < wishes.size()
        ? Math.min(before(wishes.get(at + 1)), nextThatMatters(wishes, at))
        : Double.POSITIVE_INFINITY;
  }

  private double nextThatMatters(List<Wish> wishes, int at) {
    double reach = wishes.get(at).x() + FARTHEST;
    for (int i = at + 1; i < wishes.size() && wishes.get(i).x() < reach; i++) {
      if (wishes.get(i).matters()) {
        return before(wishes.get(i));
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  private double before(Wish wish) {
    return left(wish, wish.shortest()) - BETWEEN;
  }

  private double left(Wish wish, String label) {
    return wish.x() - half(wish, label);
  }

  private double right(Wish wish, String label) {
    return wish.x() + half(wish, label);
  }

  private double half(Wish wish, String label) {
    return label.length() * characterWidth * (wish.matters() ? BOLD : 1) / 2;
  }
}

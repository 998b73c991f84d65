package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.diff.PageRun;
import dev.marey.diff.view.HexView;
import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javafx.scene.Node;
import javafx.scene.control.TableView;

/**
 * What the stations of the one-minute tour must look like, whether reached by mouse or keyboard.
 *
 * <p>Threading: the test's thread.
 */
final class Tour {

  private final RealWindow window;

  Tour(RealWindow window) {
    this.window = window;
  }

  /** The guest counts on from where it was at the node; nothing is lost, nothing comes twice. */
  GuestWords awaitCountingOnFrom(String node) {
    String line = "reverted to " + node;
    GuestWords words =
        window.awaitConsole(
            "counting on from " + node, w -> w.contain(line) && !w.after(line).counts().isEmpty());
    assertNothingLostOrTwice(words);
    return words.before(line);
  }

  /** After each number comes the next one. */
  void assertNothingLostOrTwice(GuestWords words) {
    List<Integer> counts = words.counts();
    assertThat(counts).isEqualTo(IntStream.rangeClosed(1, counts.size()).boxed().toList());
  }

  /**
   * The list of changed pages has a row with the page of this address: clicks it, and sees the
   * first change of that row in the hex view.
   */
  void openRowOf(long address) {
    Node row = awaitRowOf(address);
    long page = RealWindow.onFx(() -> first(row));
    window.clickOn(row);
    window.awaitTrue(
        "a change in the page at 0x" + Long.toHexString(page),
        () -> {
          String place = window.text("#page-diff .marey-position");
          return place.startsWith("0x")
              && place.endsWith("page " + kind(row))
              && Long.decode(place.substring(0, place.indexOf(' '))) / PageNumber.PAGE_BYTES
                  == page / PageNumber.PAGE_BYTES;
        });
  }

  /** The list has such a row; scrolls it into view. */
  Node awaitRowOf(long address) {
    window.awaitTrue("changed page at 0x" + Long.toHexString(address), () -> index(address) >= 0);
    RealWindow.onFx(
        () -> {
          list().scrollTo(index(address));
          return address;
        });
    window.awaitTrue("row of 0x" + Long.toHexString(address), () -> row(address).isPresent());
    return RealWindow.onFx(() -> row(address).orElseThrow());
  }

  private List<String> cells(Node row) {
    return window.from(row).lookup(".table-cell").queryAll().stream()
        .map(RealWindow::words)
        .toList();
  }

  private long first(Node row) {
    return Long.decode(cells(row).get(0));
  }

  /** Without the sign before it. */
  private String kind(Node row) {
    return cells(row).get(1).substring(2);
  }

  private int index(long address) {
    List<PageRun> rows = list().getItems();
    return IntStream.range(0, rows.size())
        .filter(index -> rows.get(index).contains(new GuestAddress(address)))
        .findFirst()
        .orElse(-1);
  }

  @SuppressWarnings("unchecked")
  private TableView<PageRun> list() {
    return window.lookup("#page-list").queryAs(TableView.class);
  }

  /** The row whose words, address and number of pages, cover the address. */
  private Optional<Node> row(long address) {
    return window.lookup("#page-list .table-row-cell").queryAll().stream()
        .filter(Node::isVisible)
        .filter(row -> row.lookup(".table-cell") != null)
        .filter(
            row -> {
              List<String> cells = cells(row);
              if (cells.get(0).isEmpty()) {
                return false;
              }
              long first = first(row);
              long pages = Long.parseLong(cells.get(2).replace(",", ""));
              return first <= address && address < first + pages * PageNumber.PAGE_BYTES;
            })
        .findFirst();
  }

  /** The hex view has these bytes at the address, and exactly what differs from A is marked. */
  void awaitBytes(GuestWords.Scribble scribble) {
    window.awaitTrue(
        scribble.toString(), () -> bytesAt("#hex-b", scribble.address()).equals(scribble.bytes()));
    String before = RealWindow.onFx(() -> bytesAt("#hex-a", scribble.address()));
    assertThat(before).matches("([0-9a-f]{2} ?){8}").isNotEqualTo(scribble.bytes());
    long first = scribble.address();
    byte[] a = HexFormat.ofDelimiter(" ").parseHex(before);
    byte[] b = HexFormat.ofDelimiter(" ").parseHex(scribble.bytes());
    List<Long> differing =
        IntStream.range(0, 8).filter(i -> a[i] != b[i]).mapToObj(i -> first + i).toList();
    assertThat(RealWindow.onFx(() -> hex("#hex-b").visibleMarks()))
        .filteredOn(marked -> marked >= first && marked < first + 8)
        .isEqualTo(differing);
  }

  /** Eight bytes as a hex view shows them; empty when the address is not on the screen. */
  private String bytesAt(String view, long address) {
    Pattern row =
        Pattern.compile("(?m)^0*" + Long.toHexString(address) + "  (\\S\\S(?: \\S\\S){7})");
    return row.matcher(hex(view).visibleText())
        .results()
        .findFirst()
        .map((MatchResult found) -> found.group(1))
        .orElse("");
  }

  private HexView hex(String query) {
    return window.lookup(query).queryAs(HexView.class);
  }

  /** How far down in the window the node is drawn; nodes of one branch are drawn level. */
  double heightOf(String node) {
    return RealWindow.onFx(
        () -> {
          Node mark = window.lookup("#node-" + node).query();
          return mark.localToScene(0, 0).getY();
        });
  }
}

package dev.marey.diff.report;

import dev.marey.diff.FieldChange;
import dev.marey.diff.NodeDiff;
import dev.marey.diff.PageChange;
import dev.marey.diff.RamDiff;
import dev.marey.diff.Side;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.io.Writer;
import java.util.Arrays;

/**
 * A comparison as one HTML page with everything in it: heat map, lines of bytes that differ, device
 * fields. It loads nothing from anywhere and has no script.
 *
 * <p>Threading: one thread.
 */
public final class DiffPage {

  /** Pages whose bytes are shown. */
  static final int MOST_PAGES = 1000;

  private static final int LINE = 16;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; }
      body { font: 14px/1.5 system-ui, sans-serif; max-width: 72em; margin: 2em auto; padding: 0 1em; }
      h1 { font-size: 1.4em; } h2 { font-size: 1.1em; margin-top: 2em; }
      .hint { opacity: .7; }
      svg { width: 100%; } .ram { fill: #8881; } .hot { fill: #d9480f; }
      pre, td { font-family: ui-monospace, monospace; font-size: 12px; }
      pre { margin: .3em 0 1em; overflow-x: auto; }
      summary { font-family: ui-monospace, monospace; cursor: pointer; }
      b { color: #d9480f; }
      table { border-collapse: collapse; } td, th { text-align: left; padding: .1em 1em .1em 0; vertical-align: top; }
      td { word-break: break-all; }
      """;

  private final NodeDiff diff;
  private final Markup out;

  private DiffPage(NodeDiff diff, Markup out) {
    this.diff = diff;
    this.out = out;
  }

  /**
   * Writes the page; the writer is flushed and stays open.
   *
   * @param session what it is of, such as the session's name
   * @throws SnapshotException if a page of RAM cannot be read
   */
  public static void write(Writer writer, String session, NodeDiff diff)
      throws IOException, SnapshotException {
    Markup out = new Markup(writer);
    out.doctype();
    out.open("html", "lang", "en");
    out.open("head");
    out.empty("meta", "charset", "utf-8");
    out.element("title", session + ": " + diff.instants().header());
    out.element("style", STYLE).close();
    out.open("body");
    new DiffPage(diff, out).body(session);
    out.close().close();
    out.flush();
  }

  private void body(String session) throws IOException, SnapshotException {
    out.element("h1", session + ": " + diff.instants().header());
    if (!diff.instants().ancestorLine().isEmpty()) {
      out.element("p", diff.instants().ancestorLine());
    }
    out.element("p", diff.summary() + ".");
    RamDiff ram = diff.ram();
    if (!ram.isEmpty()) {
      out.element("h2", "Memory");
      new HeatMap(ram).write(out);
      pages(ram);
    }
    if (!diff.devices().isEmpty()) {
      out.element("h2", "Devices");
      fields();
    }
  }

  private void pages(RamDiff ram) throws IOException, SnapshotException {
    out.element(
        "p",
        "Lines that differ, with guest-physical addresses; A above B, differing bytes marked.",
        "class",
        "hint");
    int shown = Math.min(MOST_PAGES, ram.pagesChanged());
    for (int i = 0; i < shown; i++) {
      page(ram, ram.change(i));
    }
    if (shown < ram.pagesChanged()) {
      out.element(
          "p", "… and %,d more pages.".formatted(ram.pagesChanged() - shown), "class", "hint");
    }
  }

  private void page(RamDiff ram, PageChange change) throws IOException, SnapshotException {
    byte[] a = new byte[PageNumber.PAGE_BYTES];
    byte[] b = new byte[PageNumber.PAGE_BYTES];
    ram.ram().readPage(Side.A, change.page(), a);
    ram.ram().readPage(Side.B, change.page(), b);
    out.open("details");
    out.element("summary", change.address() + "  " + change.kind().word());
    out.open("pre");
    for (int at = 0; at < a.length; at += LINE) {
      if (!Arrays.equals(a, at, at + LINE, b, at, at + LINE)) {
        String address = "%010x".formatted(change.address().plus(at).value());
        line(address, a, b, at);
        line(" ".repeat(address.length()), b, a, at);
      }
    }
    out.close().close();
  }

  private void line(String address, byte[] bytes, byte[] other, int at) throws IOException {
    out.text(address + " ");
    for (int i = at; i < at + LINE; i++) {
      String hex = "%02x".formatted(bytes[i]);
      out.text(" ");
      if (bytes[i] == other[i]) {
        out.text(hex);
      } else {
        out.element("b", hex);
      }
    }
    out.text("  " + characters(bytes, at) + "\n");
  }

  private static String characters(byte[] bytes, int at) {
    StringBuilder text = new StringBuilder();
    for (int i = at; i < at + LINE; i++) {
      text.append(bytes[i] >= ' ' && bytes[i] < 0x7f ? (char) bytes[i] : '.');
    }
    return text.toString();
  }

  private void fields() throws IOException {
    out.open("table");
    out.open("tr").element("th", "Field").element("th", "A").element("th", "B").close();
    for (FieldChange field : diff.devices().fields()) {
      out.open("tr");
      out.element("td", field.path() + (field.clock() ? " (clock)" : ""));
      out.element("td", field.kind() == FieldChange.Kind.APPEARED ? "–" : field.before());
      out.element("td", field.kind() == FieldChange.Kind.GONE ? "–" : field.after());
      out.close();
    }
    out.close();
  }
}

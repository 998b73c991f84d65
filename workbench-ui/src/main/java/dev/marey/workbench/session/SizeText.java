package dev.marey.workbench.session;

import java.util.Locale;

/** Sizes in words. */
public final class SizeText {

  private SizeText() {}

  /** What a session takes on disk: {@code 412 MB of 5 GB}; empty when unknown. */
  public static String of(LiveSample live) {
    if (live.sessionBytes() == 0) {
      return "";
    }
    String limit = live.budgetBytes() == 0 ? "" : " of " + bytes(live.budgetBytes());
    return bytes(live.sessionBytes()) + limit;
  }

  /** Bytes in the unit that suits them, by thousands. */
  public static String bytes(long count) {
    if (count < 1000) {
      return count + " B";
    }
    if (count < 1_000_000) {
      return count / 1000 + " kB";
    }
    if (count < 1_000_000_000) {
      return count / 1_000_000 + " MB";
    }
    String tenths = String.format(Locale.ROOT, "%.1f", count / 1e9);
    return (tenths.endsWith(".0") ? tenths.substring(0, tenths.length() - 2) : tenths) + " GB";
  }
}

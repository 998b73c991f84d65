package dev.marey.machine.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every option of {@code qemu-system-x86_64} 7.2 and 10.0, and what becomes of it. The table in
 * {@code docs/qemu-options.md} is {@link #toMarkdown()}.
 */
public final class OptionTable {

  private static final Map<String, QemuOption> ROWS = OptionRows.all();

  private OptionTable() {}

  /** The option of this name, without its dash. */
  public static Optional<QemuOption> find(String name) {
    return Optional.ofNullable(ROWS.get(name));
  }

  /** All options, in the order of QEMU's help. */
  public static List<QemuOption> all() {
    return List.copyOf(ROWS.values());
  }

  /** The table as {@code docs/qemu-options.md} shows it, without a heading, lines ending in \n. */
  public static String toMarkdown() {
    StringBuilder text = new StringBuilder("| option | treatment | why |\n|---|---|---|\n");
    for (QemuOption row : ROWS.values()) {
      text.append("| `-")
          .append(row.name())
          .append("` | ")
          .append(word(row.treatment()))
          .append(" | ")
          .append(row.reason());
      if (!row.remedy().isEmpty()) {
        text.append(' ').append(row.remedy());
      }
      text.append(" |\n");
    }
    return text.toString();
  }

  private static String word(Treatment treatment) {
    return switch (treatment) {
      case KEPT -> "kept";
      case REWRITTEN -> "rewritten";
      case ATTACHED_AFTER_TAKEOVER -> "attached after takeover";
      case REFUSED -> "refused";
    };
  }

  /** Names as QEMU's help lists them, for the test that compares. */
  static List<String> names() {
    return new ArrayList<>(ROWS.keySet());
  }
}

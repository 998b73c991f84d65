package dev.marey.workbench.cli;

import dev.marey.snapshot.CaptureFigures;
import dev.marey.snapshot.Node;
import java.util.Locale;

/**
 * Prints nodes one by one as they become complete.
 *
 * <p>Threading: the command.
 */
final class NodePrinter {

  private static final String FORM = "%-5s %-7s %9s %9s %9s %9s %9s %9s %17s %9s  %s";

  private final Terminal terminal;
  private int printed;

  NodePrinter(Terminal terminal) {
    this.terminal = terminal;
  }

  int printed() {
    return printed;
  }

  void print(Node node) {
    printed++;
    if (terminal.json()) {
      terminal.print(NodeJson.of(node));
      return;
    }
    if (printed == 1) {
      terminal.print(
          FORM.formatted(
                  "NODE",
                  "PARENT",
                  "PAUSE",
                  "DEVICES",
                  "ARM",
                  "SAVED",
                  "DIRTY",
                  "CHANGED",
                  "WRITTEN MEANWHILE",
                  "STORED",
                  "LABEL")
              .stripTrailing());
    }
    CaptureFigures figures = node.figures();
    terminal.print(
        String.format(
                Locale.ROOT,
                FORM,
                node.id(),
                node.parent().map(Object::toString).orElse("-"),
                DurationText.of(figures.pause()),
                DurationText.of(figures.deviceState()),
                DurationText.of(figures.arm()),
                DurationText.of(figures.saved()),
                "%,d".formatted(figures.pagesDirty()),
                ByteText.known(figures.pagesChanged()),
                "%,d".formatted(figures.pagesWrittenDuringSave()),
                ByteText.of(figures.bytesStored()),
                node.label())
            .stripTrailing());
  }
}

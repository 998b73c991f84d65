package dev.marey.workbench.shell;

import dev.marey.machine.options.ShellQuoting;
import dev.marey.snapshot.NodeExport.Exported;
import dev.marey.workbench.session.Bundled;
import dev.marey.workbench.session.SessionViewModel;
import java.util.List;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;

/**
 * The line that says where an export is, and gives what a person needs to load it.
 *
 * <p>Threading: fx.
 */
final class ExportNotice extends Notice {

  ExportNotice(SessionViewModel session) {
    super("export-notice", "codicon-export", "export-copy");
    session
        .lastExportProperty()
        .addListener((property, before, exported) -> exported.ifPresent(this::show));
    session
        .lastBundleProperty()
        .addListener((property, before, bundled) -> bundled.ifPresent(this::show));
  }

  private void show(Bundled bundled) {
    tell(
        (bundled.nodes() == 1 ? "The snapshot is" : bundled.nodes() + " snapshots are")
            + " in "
            + bundled.file()
            + ".",
        "Copy the line that opens it",
        () -> copy("marey open " + ShellQuoting.join(List.of(bundled.file().toString()))));
  }

  private void show(Exported exported) {
    boolean runs = !exported.loading().isEmpty();
    String content = runs ? exported.loading() : exported.files().get(0).toString();
    tell(
        words(exported),
        runs ? "Copy the line that loads it" : "Copy the path",
        () -> copy(content));
  }

  private static void copy(String text) {
    ClipboardContent clip = new ClipboardContent();
    clip.putString(text);
    Clipboard.getSystemClipboard().setContent(clip);
  }

  /** {@code Exported to /tmp/S1.stream and 2 disks beside it.} */
  static String words(Exported exported) {
    int disks = exported.files().size() - 1;
    String beside =
        disks == 0 ? "" : " and " + (disks == 1 ? "a disk" : disks + " disks") + " beside it";
    return "Exported to " + exported.files().get(0) + beside + ".";
  }
}

package dev.marey.workbench.shell;

import dev.marey.snapshot.ThinningPreview;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.session.SizeText;

/**
 * The line that says what thinning would delete, before it is done.
 *
 * <p>Threading: fx.
 */
final class ThinningNotice extends Notice {

  ThinningNotice(SessionViewModel session) {
    super("thinning-notice", "codicon-trash", "thinning-apply");
    session
        .thinningProperty()
        .addListener(
            (property, before, preview) ->
                preview.ifPresentOrElse(
                    some -> tell(words(some), "Thin out", session::thinOut), this::hide));
    visibleProperty()
        .addListener(
            (property, before, visible) -> {
              if (!visible) {
                session.dismissThinning();
              }
            });
  }

  /** {@code Thinning would delete 12 automatic nodes for good and free about 34 MB. …} */
  static String words(ThinningPreview preview) {
    int count = preview.nodes().size();
    return "Thinning would delete "
        + (count == 1 ? "1 automatic node" : count + " automatic nodes")
        + " for good and free about "
        + SizeText.bytes(preview.bytes())
        + ". The timeline marks "
        + (count == 1 ? "it." : "them.");
  }
}

package dev.marey.workbench.shell;

import java.util.List;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;

/**
 * The room of the toolbar where things that have just happened are told. The newest takes the place
 * of the one before, if that yields.
 *
 * <p>Threading: fx.
 */
final class Notices extends HBox {

  Notices(List<Notice> all) {
    getChildren().addAll(all);
    setMinWidth(0);
    for (Notice notice : all) {
      HBox.setHgrow(notice, Priority.ALWAYS);
      notice
          .visibleProperty()
          .addListener(
              (property, before, visible) -> {
                if (visible) {
                  all.stream()
                      .filter(other -> other != notice && other.yields())
                      .forEach(Notice::hide);
                }
              });
    }
  }
}

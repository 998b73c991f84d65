package dev.marey.workbench.screen;

import dev.marey.workbench.command.Commands;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.scene.control.Label;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/**
 * The guest's screen, never enlarged beyond its own size.
 *
 * <p>Threading: fx.
 */
public final class ScreenView extends BorderPane {

  private final ScreenViewModel model;
  private final ImageView picture = new ImageView();
  private final StackPane glass = new StackPane();
  private Optional<WritableImage> image = Optional.empty();

  public ScreenView(ScreenViewModel model) {
    this.model = model;
    setId("screen");
    getStyleClass().addAll("view", "guest-input");
    picture.setPreserveRatio(true);
    picture.setSmooth(true);
    Label message = new Label();
    message.textProperty().bind(model.messageProperty());
    VBox empty = new VBox(message);
    empty.getStyleClass().add("empty");
    empty.setMouseTransparent(true);
    empty.visibleProperty().bind(model.frameProperty().map(Optional::isEmpty));
    glass.getChildren().setAll(picture, empty);
    glass.setMinSize(0, 0);
    glass.setFocusTraversable(true);
    glass.setAccessibleText("Screen of the guest; Ctrl+F12 leaves it");
    glass.addEventHandler(MouseEvent.MOUSE_PRESSED, event -> glass.requestFocus());
    glass.addEventHandler(MouseEvent.ANY, this::pointer);
    glass.addEventHandler(KeyEvent.ANY, this::key);
    glass.focusedProperty().addListener((property, before, now) -> model.focused(now));
    setCenter(glass);
    setTop(bar());
    focusedProperty()
        .addListener(
            (property, before, now) -> {
              if (now) {
                glass.requestFocus();
              }
            });
    model.frameProperty().addListener((property, before, frame) -> frame.ifPresent(this::draw));
  }

  private HBox bar() {
    Label header = new Label();
    header
        .textProperty()
        .bind(
            Bindings.when(model.shown().pastProperty())
                .then("Screen of the live guest; nodes have no picture, keys are not sent")
                .otherwise("Screen"));
    Region gap = new Region();
    HBox.setHgrow(gap, Priority.ALWAYS);
    Label badge = new Label("keys go to guest · Ctrl+F12 leaves");
    badge.setId("screen-keys-badge");
    badge.getStyleClass().add("badge");
    badge.visibleProperty().bind(model.takesKeysProperty().and(model.shown().pastProperty().not()));
    HBox box = new HBox(header, gap, badge);
    box.getStyleClass().add("view-bar");
    return box;
  }

  private void draw(ScreenViewModel.Frame frame) {
    WritableImage target =
        image
            .filter(
                i -> (int) i.getWidth() == frame.width() && (int) i.getHeight() == frame.height())
            .orElseGet(() -> new WritableImage(frame.width(), frame.height()));
    target
        .getPixelWriter()
        .setPixels(
            0,
            0,
            frame.width(),
            frame.height(),
            PixelFormat.getIntArgbInstance(),
            frame.argb().duplicate(),
            frame.width());
    image = Optional.of(target);
    picture.setImage(target);
    picture.fitWidthProperty().unbind();
    picture
        .fitWidthProperty()
        .bind(
            Bindings.createDoubleBinding(
                () -> width(frame), glass.widthProperty(), glass.heightProperty()));
  }

  private double width(ScreenViewModel.Frame frame) {
    double scale =
        Math.min(1, Math.min(glass.getWidth() / frame.width(), glass.getHeight() / frame.height()));
    return Math.max(1, frame.width() * scale);
  }

  private void pointer(MouseEvent event) {
    if (image.isEmpty()) {
      return;
    }
    var at = picture.sceneToLocal(event.getSceneX(), event.getSceneY());
    double scale = image.get().getWidth() / picture.getBoundsInLocal().getWidth();
    int x = (int) Math.max(0, Math.min(image.get().getWidth() - 1, at.getX() * scale));
    int y = (int) Math.max(0, Math.min(image.get().getHeight() - 1, at.getY() * scale));
    int buttons =
        (event.isPrimaryButtonDown() ? 1 : 0)
            | (event.isMiddleButtonDown() ? 2 : 0)
            | (event.isSecondaryButtonDown() ? 4 : 0);
    model.input(screen -> screen.pointer(x, y, buttons));
  }

  private void key(KeyEvent event) {
    if (Commands.belongsToWindow(event)) {
      return;
    }
    if (event.getEventType() == KeyEvent.KEY_PRESSED) {
      Keysyms.of(event).ifPresent(key -> model.input(screen -> screen.keyDown(key)));
    } else if (event.getEventType() == KeyEvent.KEY_RELEASED) {
      Keysyms.of(event).ifPresent(key -> model.input(screen -> screen.keyUp(key)));
    }
    event.consume();
  }
}

package dev.marey.workbench.screen;

import dev.marey.workbench.command.Commands;
import dev.marey.workbench.command.GuestInput;
import dev.marey.workbench.dock.FocusTarget;
import java.util.Optional;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * The guest's screen. While it has the focus, keys go to the guest; the mouse always does.
 *
 * <p>Threading: fx.
 */
public final class ScreenView extends BorderPane implements FocusTarget {

  private static final int WHEEL_UP = 1 << 3;
  private static final int WHEEL_DOWN = 1 << 4;

  private final ScreenViewModel model;
  private final ImageView picture = new ImageView();
  private final StackPane glass = new StackPane(picture);
  private final ScrollPane scroll = new ScrollPane(glass);
  private final PressedKeys keys;
  private Optional<WritableImage> image = Optional.empty();

  public ScreenView(ScreenViewModel model) {
    this.model = model;
    this.keys =
        new PressedKeys(
            key -> model.input(screen -> screen.keyDown(key)),
            key -> model.input(screen -> screen.keyUp(key)));
    setId("screen");
    getStyleClass().add("view");
    GuestInput.mark(this, model.shown().pastProperty());
    picture.setPreserveRatio(true);
    picture.setSmooth(true);
    glass.setId("screen-glass");
    glass.setMinSize(0, 0);
    glass.setFocusTraversable(true);
    glass.setAccessibleText("Screen of the guest; Ctrl+F12 leaves it");
    glass.addEventHandler(MouseEvent.MOUSE_PRESSED, event -> glass.requestFocus());
    glass.addEventHandler(MouseEvent.ANY, this::pointer);
    glass.addEventHandler(ScrollEvent.SCROLL, this::wheel);
    glass.addEventHandler(KeyEvent.ANY, this::key);
    glass.focusedProperty().addListener((property, before, now) -> focused(now));
    scroll.setFitToWidth(true);
    scroll.setFitToHeight(true);
    scroll.setFocusTraversable(false);
    scroll.getStyleClass().add("edge-to-edge");
    scroll.visibleProperty().bind(model.picturedProperty());
    scroll.viewportBoundsProperty().addListener((property, before, now) -> size());
    model.fitsProperty().addListener((property, before, now) -> size());
    VBox empty = empty();
    empty.visibleProperty().bind(scroll.visibleProperty().not());
    setCenter(new StackPane(scroll, empty));
    setTop(bar());
    model.frameProperty().addListener((property, before, frame) -> frame.ifPresent(this::draw));
    model.frameProperty().get().ifPresent(this::draw);
  }

  @Override
  public Node focusTarget() {
    return glass;
  }

  private VBox empty() {
    Label message = new Label();
    message.setId("screen-message");
    message.setWrapText(true);
    message.textProperty().bind(model.messageProperty());
    Button live = new Button("Back to live", new FontIcon("codicon-broadcast"));
    live.setOnAction(event -> model.shown().showLive());
    live.visibleProperty().bind(model.shown().pastProperty());
    live.managedProperty().bind(model.shown().pastProperty());
    VBox box = new VBox(message, live);
    box.getStyleClass().add("empty");
    return box;
  }

  private HBox bar() {
    Label header = new Label();
    header.setId("screen-header");
    header.textProperty().bind(model.headerProperty());
    Region gap = new Region();
    HBox.setHgrow(gap, Priority.ALWAYS);
    Label badge = new Label("keys go to guest · Ctrl+F12 leaves");
    badge.setId("screen-keys-badge");
    badge.getStyleClass().add("badge");
    badge.setMinWidth(Region.USE_PREF_SIZE);
    badge.visibleProperty().bind(model.takesKeysProperty());
    ToggleButton exact = new ToggleButton("1:1");
    exact.setId("screen-exact");
    exact.setTooltip(new Tooltip("A pixel of the guest is a pixel here; otherwise it fits"));
    exact.setFocusTraversable(false);
    exact.getStyleClass().add("flat-button");
    exact.selectedProperty().addListener((property, before, now) -> model.fitsProperty().set(!now));
    exact.visibleProperty().bind(scroll.visibleProperty());
    HBox box = new HBox(header, gap, badge, exact);
    box.getStyleClass().add("view-bar");
    return box;
  }

  private void focused(boolean now) {
    if (!now) {
      keys.releaseAll();
    }
    model.focused(now);
  }

  private void draw(ScreenViewModel.Frame frame) {
    boolean resized =
        image
            .filter(
                i -> (int) i.getWidth() == frame.width() && (int) i.getHeight() == frame.height())
            .isEmpty();
    WritableImage target =
        resized ? new WritableImage(frame.width(), frame.height()) : image.orElseThrow();
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
    if (resized) {
      image = Optional.of(target);
      picture.setImage(target);
      size();
    }
  }

  private void size() {
    boolean fits = model.fitsProperty().get();
    picture.setFitWidth(fits ? Math.max(1, scroll.getViewportBounds().getWidth()) : 0);
    picture.setFitHeight(fits ? Math.max(1, scroll.getViewportBounds().getHeight()) : 0);
    scroll.setHbarPolicy(
        fits ? ScrollPane.ScrollBarPolicy.NEVER : ScrollPane.ScrollBarPolicy.AS_NEEDED);
    scroll.setVbarPolicy(scroll.getHbarPolicy());
  }

  private void pointer(MouseEvent event) {
    int buttons =
        (event.isPrimaryButtonDown() ? 1 : 0)
            | (event.isMiddleButtonDown() ? 2 : 0)
            | (event.isSecondaryButtonDown() ? 4 : 0);
    point(event.getSceneX(), event.getSceneY(), buttons);
    event.consume();
  }

  private void wheel(ScrollEvent event) {
    if (event.getDeltaY() != 0) {
      int turned = event.getDeltaY() > 0 ? WHEEL_UP : WHEEL_DOWN;
      point(event.getSceneX(), event.getSceneY(), turned);
      point(event.getSceneX(), event.getSceneY(), 0);
    }
    event.consume();
  }

  private void point(double sceneX, double sceneY, int buttons) {
    image.ifPresent(
        shown -> {
          Point2D at = picture.sceneToLocal(sceneX, sceneY);
          ScreenPixel pixel =
              ScreenPixel.under(
                  at,
                  picture.getLayoutBounds().getWidth(),
                  (int) shown.getWidth(),
                  (int) shown.getHeight());
          model.input(screen -> screen.pointer(pixel.x(), pixel.y(), buttons));
        });
  }

  private void key(KeyEvent event) {
    if (Commands.belongsToWindow(event) || model.shown().pastProperty().get()) {
      return;
    }
    if (event.getEventType() == KeyEvent.KEY_PRESSED) {
      keys.press(event.getCode(), Keysyms.of(event));
    } else if (event.getEventType() == KeyEvent.KEY_RELEASED) {
      keys.release(event.getCode());
    }
    event.consume();
  }
}

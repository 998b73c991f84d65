package dev.marey.workbench.tasks;

import java.time.Duration;
import java.util.concurrent.Executor;
import javafx.animation.Animation;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.application.Platform;

/**
 * The one way onto the JavaFX thread.
 *
 * <p>Threading: any.
 */
public final class FxThread implements Executor {

  /** Something that stops when closed. Threading: fx. */
  public interface Ticking extends AutoCloseable {
    @Override
    void close();
  }

  /** Runs at once when already there, otherwise later, in order. */
  @Override
  public void execute(Runnable action) {
    if (Platform.isFxApplicationThread()) {
      action.run();
    } else {
      Platform.runLater(action);
    }
  }

  /** Runs after what the JavaFX thread is doing now, such as building a view. */
  public void later(Runnable action) {
    Platform.runLater(action);
  }

  /** Runs the action on the JavaFX thread again and again until closed. */
  public Ticking every(Duration period, Runnable action) {
    Timeline ticks =
        new Timeline(
            new KeyFrame(
                javafx.util.Duration.millis((double) period.toMillis()), event -> action.run()));
    ticks.setCycleCount(Animation.INDEFINITE);
    ticks.play();
    return ticks::stop;
  }
}

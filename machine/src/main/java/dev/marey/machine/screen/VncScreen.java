package dev.marey.machine.screen;

import com.shinyhut.vernacular.client.VernacularClient;
import com.shinyhut.vernacular.client.VernacularConfig;
import com.shinyhut.vernacular.client.exceptions.VncException;
import com.shinyhut.vernacular.client.rendering.ColorDepth;
import dev.marey.machine.MachineException;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The screen, keyboard and mouse of a machine started with {@code -vnc unix:PATH}. Needs no display
 * of its own. Owns one connection until {@link #close}.
 *
 * <p>Threading: any (lock: this).
 */
public final class VncScreen implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long FRAME_NANOS = TimeUnit.MILLISECONDS.toNanos(33);
  // Vernacular spins until the time of the next frame has come, so it is told that this is soon.
  private static final int NO_PACE = 1000;
  private static final int BUTTONS = 8;

  private final ScreenListener listener;
  private final UnixSocket socket;
  private final VernacularClient client;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicReference<@Nullable VncException> failure = new AtomicReference<>();
  private long lastFrame = System.nanoTime() - FRAME_NANOS;
  private int pressed;

  private VncScreen(UnixSocket socket, ScreenListener listener) {
    this.socket = socket;
    this.listener = listener;
    VernacularConfig config = new VernacularConfig();
    config.setShared(true);
    config.setColorDepth(ColorDepth.BPP_24_TRUE);
    config.setTargetFramesPerSecond(NO_PACE);
    config.setScreenUpdateListener(this::update);
    config.setErrorListener(this::fail);
    this.client = new VernacularClient(config);
  }

  /**
   * Connects and begins to deliver frames.
   *
   * @param vncSocket the Unix socket QEMU listens on
   * @throws MachineException if nobody listens there, or not with VNC, or not within 10 seconds
   */
  public static VncScreen start(Path vncSocket, ScreenListener listener) throws MachineException {
    UnixSocket socket;
    try {
      socket = UnixSocket.connect(vncSocket);
    } catch (IOException e) {
      throw new MachineException(
          "Connecting to the guest's screen at "
              + vncSocket
              + " failed: "
              + e.getMessage()
              + ". Check that the machine runs and has a VNC server there.",
          e);
    }
    VncScreen screen = new VncScreen(socket, listener);
    screen.handshake(vncSocket);
    return screen;
  }

  private void handshake(Path vncSocket) throws MachineException {
    // The client's threads inherit that this one is a daemon, and do not hold up the JVM's end.
    Thread starter = new Thread(() -> client.start(socket), "screen-start");
    starter.setDaemon(true);
    starter.start();
    try {
      starter.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Exception problem = failure.get();
    if (starter.isAlive() && problem == null) {
      problem = new TimeoutException("no answer within " + PATIENCE.toSeconds() + " seconds");
    }
    if (problem != null) {
      ended.set(true);
      disconnect();
      throw new MachineException(
          "Opening the guest's screen at "
              + vncSocket
              + " failed: "
              + problem.getMessage()
              + ". Check that it is QEMU's VNC server, without a password.",
          problem);
    }
  }

  /** Presses a key, named by its X keysym (as in {@code X11/keysymdef.h}; letters as in ASCII). */
  public synchronized void keyDown(int keysym) {
    client.updateKey(keysym, true);
  }

  /** Releases a key. */
  public synchronized void keyUp(int keysym) {
    client.updateKey(keysym, false);
  }

  /**
   * Moves the pointer, then presses and releases buttons.
   *
   * @param x pixels from the left of the screen
   * @param y pixels from the top
   * @param buttons the buttons held from now on: bit 0 left, 1 middle, 2 right, 3 and 4 wheel up
   *     and down
   */
  public synchronized void pointer(int x, int y, int buttons) {
    client.moveMouse(x, y);
    for (int button = 0; button < BUTTONS; button++) {
      int mask = 1 << button;
      if (((buttons ^ pressed) & mask) != 0) {
        client.updateMouseButton(button + 1, (buttons & mask) != 0);
      }
    }
    pressed = buttons;
  }

  /** Ends the connection; no call to the listener begins after this. */
  @Override
  public void close() {
    if (!ended.getAndSet(true)) {
      disconnect();
    }
  }

  private void disconnect() {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing of it is left to close.
    }
    client.stop();
  }

  /** On Vernacular's reader, which asks for the next frame only when this returns. */
  private void update(Image image) {
    long wait = lastFrame + FRAME_NANOS - System.nanoTime();
    if (wait > 0) {
      LockSupport.parkNanos(wait);
    }
    lastFrame = System.nanoTime();
    if (ended.get()) {
      return;
    }
    BufferedImage frame = (BufferedImage) image;
    int width = frame.getWidth();
    int height = frame.getHeight();
    listener.frame(width, height, frame.getRGB(0, 0, width, height, null, 0, width));
  }

  private void fail(VncException problem) {
    failure.compareAndSet(null, problem);
    // While start still waits, it tells of the failure itself.
    if (client.isRunning() && !ended.getAndSet(true)) {
      // Whichever notices first: the end, a reset or a broken pipe.
      boolean gone = problem.getCause() instanceof IOException;
      listener.closed(
          "The guest's screen ended: "
              + (gone ? "QEMU closed the connection." : problem.getMessage()));
    }
  }
}

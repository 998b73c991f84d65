package dev.marey.snapshot.capture;

import java.util.concurrent.FutureTask;

/** An order whose failure the fault loop does not expect. */
public final class BrokenOrder extends FutureTask<Boolean> {

  private final String message;

  private BrokenOrder(String message) {
    super(() -> true);
    this.message = message;
  }

  @Override
  public void run() {
    throw new IllegalStateException(message);
  }

  /** Makes the loop fail with this message. */
  public static void giveTo(FaultLoop loop, String message) throws Exception {
    loop.orders().add(new BrokenOrder(message));
    loop.wakeUp();
  }
}

package dev.marey.snapshot.capture;

import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the guest stopped while pages come faster than they can be saved: the fault loop presses it
 * while it still has slots for every thread of QEMU that may fault until the guest stands, and does
 * not wait itself.
 *
 * <p>Threading: {@link #press} any, returns at once; the guest is held on a thread of its own.
 */
public final class Brake implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Brake.class);

  private final Semaphore pressed = new Semaphore(0);
  private final Thread thread;

  /** Can make the guest stand still for a while. */
  @FunctionalInterface
  public interface Holder {
    /** Stops the guest if it runs, and lets it go on when {@code relieved} is true. */
    void hold(BooleanSupplier relieved) throws InterruptedException;
  }

  /**
   * @param relieved whether there is room again
   */
  Brake(Holder holder, BooleanSupplier relieved) {
    this.thread = new Thread(() -> run(holder, relieved), "marey-brake");
    thread.setDaemon(true);
    thread.start();
  }

  private void run(Holder holder, BooleanSupplier relieved) {
    try {
      while (true) {
        pressed.acquire();
        pressed.drainPermits();
        try {
          holder.hold(relieved);
        } catch (RuntimeException e) {
          LOG.warn("the guest could not be held while its pages are saved", e);
        }
      }
    } catch (InterruptedException e) {
      LOG.trace("nobody is held any more");
    }
  }

  void press() {
    pressed.release();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

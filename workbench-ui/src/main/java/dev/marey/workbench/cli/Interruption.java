package dev.marey.workbench.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the program was asked to end. The first Ctrl+C asks; commands then keep what is complete
 * and close. The second ends the program at once.
 *
 * <p>Not a shutdown hook: those run side by side, and one of them kills QEMU.
 *
 * <p>Threading: any; {@link #listen} and {@link #letGo} the command.
 */
final class Interruption {

  /** Exit code of a program that a signal ended: 128 and the number of SIGINT. */
  static final int SIGINT_EXIT_CODE = 130;

  private static final Logger LOG = LoggerFactory.getLogger(Interruption.class);
  private static final Map<String, Integer> SIGNALS = Map.of("INT", 2, "TERM", 15, "HUP", 1);

  private final List<Before> before = new ArrayList<>();
  private final CountDownLatch asked = new CountDownLatch(1);
  private volatile int exitCode = SIGINT_EXIT_CODE;

  /** What was done about a signal before: its number's {@code Signal} and {@code SignalHandler}. */
  private record Before(Object signal, Object handler) {}

  /** From now on signals that would end the program ask it to end. */
  void listen() {
    try {
      // jdk.unsupported has no other name for it, and javac warns about each use of this one
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      for (Map.Entry<String, Integer> each : SIGNALS.entrySet()) {
        InvocationHandler call =
            (proxy, method, arguments) -> {
              if (method.getName().equals("handle")) {
                ask(128 + each.getValue());
              }
              return null;
            };
        Object listener =
            Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, call);
        Object made = signal.getConstructor(String.class).newInstance(each.getKey());
        Object old = signal.getMethod("handle", signal, handler).invoke(null, made, listener);
        before.add(new Before(made, old));
      }
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.warn("Ctrl+C ends the program without closing: {}", e.getMessage(), e);
    }
  }

  /** Signals do again what they did before. */
  void letGo() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      for (Before each : before) {
        signal.getMethod("handle", signal, handler).invoke(null, each.signal(), each.handler());
      }
      before.clear();
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.warn("Ctrl+C does not end the program: {}", e.getMessage(), e);
    }
  }

  /** Asks the program to end; asked twice, it ends without closing anything. */
  void ask(int code) {
    if (asked.getCount() == 0) {
      Runtime.getRuntime().halt(code);
    }
    exitCode = code;
    asked.countDown();
  }

  boolean asked() {
    return asked.getCount() == 0;
  }

  int exitCode() {
    return exitCode;
  }

  /** Waits that long, or until asked. */
  void sleep(Duration time) throws InterruptedByPersonException {
    try {
      if (asked.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new InterruptedByPersonException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedByPersonException();
    }
  }
}

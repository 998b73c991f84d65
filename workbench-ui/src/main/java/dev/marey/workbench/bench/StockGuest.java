package dev.marey.workbench.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.qmp.QmpClient;
import dev.marey.machine.qmp.QmpCommand;
import dev.marey.machine.qmp.QmpException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The demo guest in a plain QEMU that Marey has nothing to do with: RAM of its own, no agent. Owns
 * the process and the folder of its sockets.
 *
 * <p>Threading: the benchmark's; the console is read by a thread of its own.
 */
final class StockGuest implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration LOOK = Duration.ofMillis(5);

  private final StopRequest stop;
  private final Path sockets;
  private final LifeLine life;
  private final Instant started;
  private final SocketChannel serial;
  private final QmpClient qmp;
  private final PauseWatch pauses = new PauseWatch();
  private final GuestShell shell;

  private StockGuest(Bench bench, List<String> line, Path sockets)
      throws IOException, BenchException, BenchStoppedException {
    this.stop = bench.stop();
    this.sockets = sockets;
    this.started = Instant.now();
    this.life = LifeLine.start(line);
    boolean up = false;
    try {
      this.serial = connect(sockets.resolve("serial"));
      this.qmp = connectQmp(sockets.resolve("qmp"));
      up = true;
    } finally {
      if (!up) {
        life.close();
        Bench.remove(sockets);
      }
    }
    qmp.addListener(pauses);
    GuestConsole console = new GuestConsole();
    this.shell = new GuestShell(console, this::type, life::isAlive, stop);
    Thread reader = new Thread(() -> read(console), "stock guest console");
    reader.setDaemon(true);
    reader.start();
  }

  /** Boots it and waits for its prompt. */
  static StockGuest boot(Bench bench, int mebibytes)
      throws IOException, QmpException, BenchException, BenchStoppedException {
    StockGuest guest = start(bench, mebibytes);
    boolean up = false;
    try {
      JsonNode unused = guest.qmp.execute("cont");
      guest.shell.awaitBoot();
      up = true;
      return guest;
    } finally {
      if (!up) {
        guest.close();
      }
    }
  }

  /** Starts it for a stream that somebody else wrote; it runs on by itself. */
  static StockGuest incoming(Bench bench, int mebibytes)
      throws IOException, BenchException, BenchStoppedException {
    return start(bench, mebibytes, "-incoming", "defer");
  }

  private static StockGuest start(Bench bench, int mebibytes, String... incoming)
      throws IOException, BenchException, BenchStoppedException {
    Path sockets = Files.createTempDirectory("marey-bench");
    List<String> line = new ArrayList<>(bench.guestLine(mebibytes));
    line.addAll(List.of("-accel", "tcg", "-display", "none", "-monitor", "none"));
    line.addAll(List.of("-serial", "unix:" + sockets.resolve("serial") + ",server=on,wait=off"));
    line.addAll(List.of("-qmp", "unix:" + sockets.resolve("qmp") + ",server=on,wait=off"));
    line.addAll(incoming.length == 0 ? List.of("-S") : List.of(incoming));
    return new StockGuest(bench, line, sockets);
  }

  private SocketChannel connect(Path socket)
      throws IOException, BenchException, BenchStoppedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
      } catch (IOException e) {
        if (!life.isAlive() || System.nanoTime() >= deadline) {
          throw new BenchException("A plain QEMU did not start: " + life.words(), e);
        }
      }
      stop.sleep(LOOK);
    }
  }

  private QmpClient connectQmp(Path socket)
      throws IOException, BenchException, BenchStoppedException {
    try {
      return QmpClient.connect(connect(socket), "stock qemu", event -> {}, life::words, PATIENCE);
    } catch (QmpException e) {
      throw new BenchException("A plain QEMU did not answer: " + e.getMessage(), e);
    }
  }

  private void read(GuestConsole console) {
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    try {
      while (serial.read(buffer) >= 0) {
        buffer.flip();
        byte[] piece = new byte[buffer.remaining()];
        buffer.get(piece);
        console.printed(piece);
        buffer.clear();
      }
    } catch (IOException e) {
      Thread.currentThread().interrupt(); // it was ended
    }
  }

  private void type(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      serial.write(bytes);
    }
  }

  GuestShell shell() {
    return shell;
  }

  PauseWatch pauses() {
    return pauses;
  }

  /** When the process was started. */
  Instant started() {
    return started;
  }

  JsonNode execute(String command, Map<String, ?> arguments) throws QmpException {
    return qmp.execute(QmpCommand.of(command, arguments), LONG);
  }

  /** The same for a command that answers nothing. */
  void order(String command, Map<String, ?> arguments) throws QmpException {
    JsonNode unused = execute(command, arguments);
  }

  /** A command of the human monitor, which says nothing when it works. */
  void monitor(String line) throws QmpException, BenchException {
    String said = execute("human-monitor-command", Map.of("command-line", line)).asText().strip();
    if (!said.isEmpty()) {
      throw new BenchException("QEMU's monitor command '" + line + "' failed: " + said);
    }
  }

  /** Waits until a migration, in or out, has ended. */
  void awaitMigrated() throws QmpException, BenchException, BenchStoppedException {
    long deadline = System.nanoTime() + LONG.toNanos();
    String status = migrationStatus();
    while (!status.equals("completed")) {
      if (status.equals("failed") || status.equals("cancelled") || System.nanoTime() >= deadline) {
        throw new BenchException("QEMU's own stream was not written: it is " + status + ".");
      }
      stop.sleep(LOOK);
      status = migrationStatus();
    }
  }

  private String migrationStatus() throws QmpException {
    return qmp.execute("query-migrate").path("status").asText();
  }

  @Override
  public void close() throws IOException {
    try (serial) {
      qmp.close();
      life.close();
    } finally {
      Bench.remove(sockets);
    }
  }
}

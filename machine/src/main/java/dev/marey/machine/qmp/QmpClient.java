package dev.marey.machine.qmp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks QMP over one connected socket, which it owns. Commands may be sent from any number of
 * threads at once; QEMU answers them in order, each answer finds its sender by id. When the
 * connection ends, every waiting command fails with QEMU's last words.
 *
 * <p>Threading: any (lock of writing: {@code channel}). The reader thread runs no listener; those
 * are called on a thread of their own.
 */
public final class QmpClient implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(QmpClient.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private final SocketChannel channel;
  private final Consumer<QmpEvent> stateTracker;
  private final Supplier<String> lastWords;
  private final PendingCommands pending = new PendingCommands();
  private final EventDispatcher events;
  private final CompletableFuture<JsonNode> greeting = new CompletableFuture<>();
  private final Thread reader;
  private volatile boolean ended;

  private QmpClient(
      SocketChannel channel,
      String name,
      Consumer<QmpEvent> stateTracker,
      Supplier<String> lastWords) {
    this.channel = channel;
    this.stateTracker = stateTracker;
    this.lastWords = lastWords;
    this.events = new EventDispatcher(name + " qmp events");
    this.reader = new Thread(this::readLoop, name + " qmp reader");
    this.reader.setDaemon(true);
  }

  /**
   * Takes the greeting and leaves the negotiation behind.
   *
   * @param channel connected and blocking; closed by {@link #close()}
   * @param name begins the names of the threads
   * @param stateTracker sees each event on the reader thread, before any answer that QEMU sent
   *     later: it must only set a field
   * @param lastWords what a command is told when QEMU is gone
   * @param patience how long the greeting may take
   */
  public static QmpClient connect(
      SocketChannel channel,
      String name,
      Consumer<QmpEvent> stateTracker,
      Supplier<String> lastWords,
      Duration patience)
      throws QmpException {
    QmpClient client = new QmpClient(channel, name, stateTracker, lastWords);
    client.reader.start();
    try {
      client.await("the QMP greeting", client.greeting, patience);
      client.execute("qmp_capabilities");
    } catch (QmpException e) {
      client.close();
      throw e;
    }
    return client;
  }

  /** QEMU's greeting, with its version: {@code {"version": {"qemu": {"major": 7, …}}, …}}. */
  public JsonNode greeting() {
    return greeting.join();
  }

  public JsonNode execute(String command) throws QmpException {
    return execute(command, Map.of());
  }

  /** Sends a command and waits for its answer, at most 30 seconds. */
  public JsonNode execute(String command, Map<String, ?> arguments) throws QmpException {
    return execute(QmpCommand.of(command, arguments), DEFAULT_TIMEOUT);
  }

  /** Sends a command and waits for its answer: the value of {@code return}. */
  public JsonNode execute(QmpCommand command, Duration timeout) throws QmpException {
    return await(command.name(), send(List.of(command)).get(0), timeout);
  }

  /**
   * Sends commands in one write and waits for all answers: saves a round trip where a pause counts.
   * QEMU runs the later ones even if an earlier one failed.
   *
   * @return the answers, in the order of the commands
   * @throws QmpException of the first command that failed
   */
  public List<JsonNode> sendTogether(List<QmpCommand> commands) throws QmpException {
    List<CompletableFuture<JsonNode>> replies = send(commands);
    List<JsonNode> answers = new ArrayList<>();
    for (int at = 0; at < replies.size(); at++) {
      answers.add(await(commands.get(at).name(), replies.get(at), DEFAULT_TIMEOUT));
    }
    return answers;
  }

  /** Runs a command of the human monitor and gives its output. */
  public String humanMonitor(String commandLine) throws QmpException {
    return execute("human-monitor-command", Map.of("command-line", commandLine)).asText();
  }

  public void addListener(QmpListener listener) {
    events.add(listener);
  }

  public void removeListener(QmpListener listener) {
    events.remove(listener);
  }

  /** Ends the connection; commands still waiting fail. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a QMP socket", e);
    }
    events.close();
  }

  private List<CompletableFuture<JsonNode>> send(List<QmpCommand> commands) throws QmpException {
    List<CompletableFuture<JsonNode>> replies = new ArrayList<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    synchronized (channel) {
      for (QmpCommand command : commands) {
        PendingCommands.Sent sent = pending.add(command.name());
        ObjectNode message = JSON.createObjectNode();
        message.put("execute", command.name());
        if (!command.arguments().isEmpty()) {
          message.set("arguments", JSON.valueToTree(command.arguments()));
        }
        message.put("id", sent.id());
        replies.add(sent.reply());
        bytes.writeBytes(encode(message));
        bytes.write('\n');
      }
      if (ended) {
        failPending();
        return replies;
      }
      try {
        write(ByteBuffer.wrap(bytes.toByteArray()));
      } catch (IOException e) {
        LOG.debug("writing to a QMP socket", e);
        failPending();
      }
    }
    return replies;
  }

  /** An interrupted thread would close the socket for everybody, so it is none meanwhile. */
  private void write(ByteBuffer bytes) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static byte[] encode(ObjectNode message) {
    try {
      return JSON.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("arguments that are no JSON: " + message, e);
    }
  }

  private JsonNode await(String command, CompletableFuture<JsonNode> reply, Duration timeout)
      throws QmpException {
    try {
      return reply.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new QmpException(
          command, QmpException.NO_ANSWER, "none within " + timeout.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QmpException(command, QmpException.NO_ANSWER, "waiting for it was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof QmpException failure) {
        // a new one, so that the stack shows the caller
        throw new QmpException(failure.command(), failure.errorClass(), failure.description());
      }
      throw new QmpException(command, QmpException.NO_ANSWER, String.valueOf(e.getCause()));
    }
  }

  private void readLoop() {
    try {
      ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      while (channel.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          byte next = buffer.get();
          if (next == '\n') {
            receive(JSON.readTree(line.toString(StandardCharsets.UTF_8)));
            line.reset();
          } else {
            line.write(next);
          }
        }
        buffer.clear();
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("QMP connection ended: {}", e.toString());
    }
    ended = true;
    failPending();
  }

  private void receive(JsonNode message) {
    if (message.has("QMP")) {
      greeting.complete(message.get("QMP"));
      return;
    }
    if (message.has("event")) {
      JsonNode data = message.path("data");
      QmpEvent event =
          new QmpEvent(
              message.get("event").asText(),
              data.isObject() ? data : JsonNodeFactory.instance.objectNode(),
              time(message.path("timestamp")));
      stateTracker.accept(event);
      events.dispatch(event);
      return;
    }
    if (!pending.answer(message)) {
      LOG.warn("QMP answer to nobody: {}", message);
    }
  }

  private static Instant time(JsonNode timestamp) {
    return Instant.ofEpochSecond(
        timestamp.path("seconds").asLong(), timestamp.path("microseconds").asLong() * 1000);
  }

  private void failPending() {
    String words = lastWords.get();
    greeting.completeExceptionally(
        new QmpException("the QMP greeting", QmpException.NO_ANSWER, words));
    pending.failAll(words);
  }
}

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
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

  private record Pending(String command, CompletableFuture<JsonNode> reply) {}

  private final SocketChannel channel;
  private final Consumer<QmpEvent> stateTracker;
  private final Supplier<String> lastWords;
  private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
  private final List<QmpListener> listeners = new CopyOnWriteArrayList<>();
  private final CompletableFuture<JsonNode> greeting = new CompletableFuture<>();
  private final ThreadPoolExecutor dispatcher;
  private final Thread reader;
  private long lastId;
  private volatile boolean ended;

  private QmpClient(
      SocketChannel channel,
      String name,
      Consumer<QmpEvent> stateTracker,
      Supplier<String> lastWords) {
    this.channel = channel;
    this.stateTracker = stateTracker;
    this.lastWords = lastWords;
    this.dispatcher =
        new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> daemon(task, name + " qmp events"));
    // one core thread that may die: a pool of 0 to 1 threads queues while one is busy
    this.dispatcher.setCorePoolSize(1);
    this.dispatcher.allowCoreThreadTimeOut(true);
    this.reader = daemon(this::readLoop, name + " qmp reader");
  }

  /**
   * Takes the greeting and leaves the negotiation behind.
   *
   * @param channel connected and blocking; closed by {@link #close()}
   * @param name begins the names of the threads
   * @param stateTracker sees each event on the reader thread, before any answer that QEMU sent
   *     later: it must only set a field
   * @param lastWords what a command is told when QEMU is gone
   */
  public static QmpClient connect(
      SocketChannel channel,
      String name,
      Consumer<QmpEvent> stateTracker,
      Supplier<String> lastWords)
      throws QmpException {
    QmpClient client = new QmpClient(channel, name, stateTracker, lastWords);
    client.reader.start();
    try {
      client.await("the QMP greeting", client.greeting, DEFAULT_TIMEOUT);
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
    listeners.add(listener);
  }

  public void removeListener(QmpListener listener) {
    listeners.remove(listener);
  }

  /** Ends the connection; commands still waiting fail. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a QMP socket", e);
    }
    dispatcher.shutdown();
  }

  private List<CompletableFuture<JsonNode>> send(List<QmpCommand> commands) throws QmpException {
    List<CompletableFuture<JsonNode>> replies = new ArrayList<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    synchronized (channel) {
      for (QmpCommand command : commands) {
        long id = ++lastId;
        ObjectNode message = JSON.createObjectNode();
        message.put("execute", command.name());
        if (!command.arguments().isEmpty()) {
          message.set("arguments", JSON.valueToTree(command.arguments()));
        }
        message.put("id", id);
        CompletableFuture<JsonNode> reply = new CompletableFuture<>();
        pending.put(id, new Pending(command.name(), reply));
        replies.add(reply);
        bytes.writeBytes(encode(message));
        bytes.write('\n');
      }
      if (ended) {
        failPending();
        return replies;
      }
      try {
        ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      } catch (IOException e) {
        LOG.debug("writing to a QMP socket", e);
        failPending();
      }
    }
    return replies;
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
      return reply.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
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
              data.isObject() ? data : JsonNodeFactory.instance.objectNode());
      stateTracker.accept(event);
      dispatch(event);
      return;
    }
    Pending waiting = pending.remove(message.path("id").asLong());
    if (waiting == null) {
      LOG.warn("QMP answer to nobody: {}", message);
    } else if (message.has("error")) {
      JsonNode error = message.get("error");
      waiting.reply.completeExceptionally(
          new QmpException(
              waiting.command, error.path("class").asText(), error.path("desc").asText()));
    } else {
      waiting.reply.complete(message.path("return"));
    }
  }

  private void dispatch(QmpEvent event) {
    if (listeners.isEmpty() || dispatcher.isShutdown()) {
      return;
    }
    dispatcher.execute(
        () -> {
          for (QmpListener listener : listeners) {
            try {
              listener.event(event);
            } catch (RuntimeException e) {
              LOG.error("a listener of {} failed", event.name(), e);
            }
          }
        });
  }

  private void failPending() {
    String words = lastWords.get();
    greeting.completeExceptionally(
        new QmpException("the QMP greeting", QmpException.NO_ANSWER, words));
    for (Long id : List.copyOf(pending.keySet())) {
      Pending waiting = pending.remove(id);
      if (waiting != null) {
        waiting.reply.completeExceptionally(
            new QmpException(waiting.command, QmpException.NO_ANSWER, words));
      }
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}

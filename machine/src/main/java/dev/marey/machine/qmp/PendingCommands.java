package dev.marey.machine.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Commands that have been sent and not been answered, by their ids.
 *
 * <p>Threading: any.
 */
final class PendingCommands {

  /** What the sender of a command waits for. */
  record Sent(long id, String command, CompletableFuture<JsonNode> reply) {}

  private final Map<Long, Sent> pending = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();

  Sent add(String command) {
    Sent sent = new Sent(lastId.incrementAndGet(), command, new CompletableFuture<>());
    pending.put(sent.id(), sent);
    return sent;
  }

  /** Gives an answer to whom it belongs; false if nobody waits for it. */
  boolean answer(JsonNode message) {
    Sent waiting = pending.remove(message.path("id").asLong());
    if (waiting == null) {
      return false;
    }
    if (message.has("error")) {
      JsonNode error = message.get("error");
      waiting.reply.completeExceptionally(
          new QmpException(
              waiting.command, error.path("class").asText(), error.path("desc").asText()));
    } else {
      waiting.reply.complete(message.path("return"));
    }
    return true;
  }

  /** Fails all, with what QEMU said last. */
  void failAll(String words) {
    for (Long id : List.copyOf(pending.keySet())) {
      Sent waiting = pending.remove(id);
      if (waiting != null) {
        waiting.reply.completeExceptionally(
            new QmpException(waiting.command, QmpException.NO_ANSWER, words));
      }
    }
  }
}

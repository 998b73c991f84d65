package dev.marey.machine.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Plays QEMU's side of QMP, for what a real one cannot be brought to: it answers {@link #MUTE} not
 * at all, closes the socket at {@link #END}, and says everything else as it is told.
 *
 * <p>Threading: its own; {@link #commands} any.
 */
public final class PlayedQemu {

  public static final String MUTE = "mute";
  public static final String END = "end";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What it answers. */
  @FunctionalInterface
  public interface Script {
    /** The inside of the answer, such as {@code "return": {}}, or MUTE or END. */
    String answer(String command, JsonNode arguments);
  }

  private final SocketChannel channel;
  private final Script script;
  private final LinkedBlockingQueue<String> commands = new LinkedBlockingQueue<>();

  private PlayedQemu(SocketChannel channel, Script script) {
    this.channel = channel;
    this.script = script;
  }

  /** Begins with the greeting; lives as long as the socket. */
  public static PlayedQemu at(SocketChannel channel, Script script) {
    PlayedQemu played = new PlayedQemu(channel, script);
    Thread thread = new Thread(played::serve, "played qemu");
    thread.setDaemon(true);
    thread.start();
    return played;
  }

  /** {@code "error"} with these words. */
  public static String error(String words) {
    return "\"error\": {\"class\": \"GenericError\", \"desc\": \"" + words + "\"}";
  }

  /** The names of the commands it got. */
  public LinkedBlockingQueue<String> commands() {
    return commands;
  }

  public void send(String line) throws IOException {
    channel.write(ByteBuffer.wrap((line + "\r\n").getBytes(StandardCharsets.UTF_8)));
  }

  private void serve() {
    try {
      send("{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7, \"minor\": 2, \"micro\": 0}}}}");
      BufferedReader lines =
          new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        answer(JSON.readTree(line));
      }
    } catch (IOException e) {
      commands.add("ended");
    }
  }

  private void answer(JsonNode message) throws IOException {
    String command = message.path("execute").asText();
    commands.add(command);
    String answer = script.answer(command, message.path("arguments"));
    if (answer.equals(END)) {
      channel.close();
    } else if (!answer.equals(MUTE)) {
      send("{" + answer + ", \"id\": " + message.path("id").asLong() + "}");
    }
  }
}

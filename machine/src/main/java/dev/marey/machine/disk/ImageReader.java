package dev.marey.machine.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marey.machine.MachineException;
import dev.marey.machine.qmp.QmpClient;
import dev.marey.machine.qmp.QmpException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A QEMU without a guest that reads image files of any format it knows, backing files included, and
 * serves their contents read-only. Owns the process, which also ends when this one does, however it
 * ends.
 *
 * <p>Threading: any (lock: this).
 */
public final class ImageReader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ImageReader.class);
  private static final int START_SECONDS = 30;
  private static final int END_SECONDS = 5;
  private static final int LAST_WORDS = 2000;

  /** Ends QEMU as soon as nobody holds the other end of its input any more. */
  private static final String GUARD =
      "exec 3<&0; \"$@\" 3<&- </dev/null & qemu=$!;"
          + " (read -r _ <&3; kill -9 $qemu) & guard=$!;"
          + " wait $qemu; code=$?; kill $guard; exit $code";

  private final Path folder;
  private final Process process;
  private final Path output;
  private final QmpClient qmp;

  private ImageReader(Path folder, Process process, Path output, QmpClient qmp) {
    this.folder = folder;
    this.process = process;
    this.output = output;
    this.qmp = qmp;
  }

  /**
   * Starts QEMU and lets it open the images: about 100 ms.
   *
   * @param qemu the program
   * @param arguments options that define a block node for each image, read-only
   * @param folder private folder with a short path, for sockets; the caller deletes it
   * @throws MachineException with QEMU's own words if an image can't be opened
   */
  public static ImageReader start(Path qemu, List<String> arguments, Path folder)
      throws MachineException {
    Path monitor = folder.resolve("q");
    Path output = folder.resolve("o");
    List<String> line = new ArrayList<>(List.of("sh", "-c", GUARD, "sh", qemu.toString()));
    line.addAll(List.of("-machine", "none", "-nodefaults", "-display", "none", "-monitor", "none"));
    line.addAll(
        List.of("-qmp", "unix:" + monitor.toString().replace(",", ",,") + ",server=on,wait=off"));
    line.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean done = false;
      try {
        QmpClient qmp = talk(process, monitor, output);
        ImageReader reader = new ImageReader(folder, process, output, qmp);
        reader.listen();
        done = true;
        return reader;
      } finally {
        if (!done) {
          end(process);
        }
      }
    } catch (IOException e) {
      throw new MachineException("Reading the disks' images failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MachineException("Interrupted while the disks' images were opened.", e);
    }
  }

  /** The monitor may answer before the images are looked at. */
  private static QmpClient talk(Process process, Path monitor, Path output)
      throws IOException, InterruptedException, MachineException {
    SocketChannel channel = connect(process, monitor, output);
    try {
      return QmpClient.connect(
          channel,
          "image reader",
          event -> {},
          () -> lastWords(output),
          Duration.ofSeconds(START_SECONDS));
    } catch (QmpException e) {
      throw process.waitFor(1, TimeUnit.SECONDS) ? cannotBeOpened(output) : e;
    }
  }

  private static MachineException cannotBeOpened(Path output) {
    return new MachineException("A disk's image can't be opened. QEMU says: " + lastWords(output));
  }

  private static SocketChannel connect(Process process, Path monitor, Path output)
      throws IOException, InterruptedException, MachineException {
    long since = System.nanoTime();
    while (true) {
      if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
        throw cannotBeOpened(output);
      }
      if (Files.exists(monitor)) {
        try {
          return SocketChannel.open(UnixDomainSocketAddress.of(monitor));
        } catch (IOException e) {
          LOG.trace("it does not listen yet", e);
        }
      }
      if (System.nanoTime() - since > START_SECONDS * 1_000_000_000L) {
        throw new MachineException(
            "QEMU has been opening the disks' images for "
                + START_SECONDS
                + " s. Check that they are on a disk that answers. It says: "
                + lastWords(output));
      }
    }
  }

  private void listen() throws QmpException {
    qmp.execute(
        "nbd-server-start",
        Map.of("addr", Map.of("type", "unix", "data", Map.of("path", socket().toString()))));
  }

  private Path socket() {
    return folder.resolve("n");
  }

  /** Opens the content of a block node. The caller closes it. */
  public synchronized DiskImage open(String node) throws MachineException {
    try {
      qmp.execute(
          "block-export-add",
          Map.of("type", "nbd", "id", node, "node-name", node, "name", node, "writable", false));
      return new ServedImage(NbdClient.connect(socket(), node));
    } catch (IOException | MachineException e) {
      throw new MachineException("A disk's image can't be read: " + e.getMessage(), e);
    }
  }

  private static final class ServedImage implements DiskImage {
    private final NbdClient client;

    ServedImage(NbdClient client) {
      this.client = client;
    }

    @Override
    public long lengthBytes() {
      return client.lengthBytes();
    }

    @Override
    public void read(long offsetBytes, ByteBuffer into) throws IOException {
      client.read(offsetBytes, into);
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  private static String lastWords(Path output) {
    try {
      String text = Files.readString(output, UTF_8).strip();
      return text.substring(Math.max(0, text.length() - LAST_WORDS));
    } catch (IOException e) {
      return "nothing (" + e.getMessage() + ")";
    }
  }

  private static void end(Process process) {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        LOG.error("the image reader (pid {}) did not end", process.pid());
      }
    } catch (IOException e) {
      LOG.debug("ending the image reader", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    qmp.close();
    end(process);
    try {
      Files.deleteIfExists(socket());
      Files.deleteIfExists(folder.resolve("q"));
      Files.deleteIfExists(output);
    } catch (IOException e) {
      LOG.debug("clearing up after the image reader", e);
    }
  }
}

package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.qmp.QmpClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A QEMU that Marey has nothing to do with, started by a shell with a line that was printed for
 * people; only a QMP socket is added.
 *
 * <p>Threading: the test's.
 */
final class StockQemu implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private final Process process;
  private final StringBuilder said = new StringBuilder();
  private final QmpClient qmp;

  StockQemu(String line, Path folder, Map<String, String> environment) throws Exception {
    this.folder = Files.createTempDirectory(folder, "stock");
    Path socket = this.folder.resolve("qmp");
    ProcessBuilder shell =
        new ProcessBuilder(
            "bash", "-c", "exec " + line + " -qmp unix:" + socket + ",server=on,wait=off");
    shell.environment().putAll(environment);
    process = shell.redirectErrorStream(true).start();
    Thread reader = new Thread(() -> read(process.getInputStream()), "stock qemu");
    reader.setDaemon(true);
    reader.start();
    Awaitility.await("QMP of " + line)
        .atMost(PATIENCE)
        .until(() -> Files.exists(socket) || !process.isAlive());
    assertThat(process.isAlive()).as(text()).isTrue();
    qmp =
        QmpClient.connect(
            SocketChannel.open(UnixDomainSocketAddress.of(socket)),
            "stock qemu",
            event -> {},
            this::text,
            PATIENCE);
  }

  private void read(InputStream in) {
    byte[] bytes = new byte[4096];
    try {
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        synchronized (said) {
          said.append(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException e) {
      // it was ended
    }
  }

  String text() {
    synchronized (said) {
      return said.toString();
    }
  }

  void type(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  MatchResult await(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    Awaitility.await(pattern)
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(text()).containsPattern(compiled));
    Matcher matcher = compiled.matcher(text());
    assertThat(matcher.find()).isTrue();
    return matcher.toMatchResult();
  }

  void awaitStatus(String status) {
    Awaitility.await(status)
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(qmp.execute("query-status").path("status").asText())
                    .as(text())
                    .isEqualTo(status));
  }

  void resume() throws Exception {
    qmp.execute("cont");
  }

  void stop() throws Exception {
    qmp.execute("stop");
  }

  /** Lets QEMU write a snapshot of this instant by itself, while the guest runs on. */
  void backgroundSnapshot(Path file) throws Exception {
    qmp.execute(
        "migrate-set-capabilities",
        Map.of(
            "capabilities", List.of(Map.of("capability", "background-snapshot", "state", true))));
    migrate(file);
  }

  /** Lets QEMU write its own stream; it stands still afterwards. */
  void migrate(Path file) throws Exception {
    qmp.execute("migrate", Map.of("uri", "exec:cat >" + file));
    Awaitility.await("the stream")
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(qmp.execute("query-migrate").path("status").asText())
                    .isEqualTo("completed"));
  }

  /** QEMU's own copy of the first bytes of its memory. */
  ByteBuffer ram(long bytes) throws Exception {
    Path file = folder.resolve("ram");
    qmp.execute("pmemsave", Map.of("val", 0, "size", bytes, "filename", file.toString()));
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
  }

  /** What it has where another QEMU's memory was copied. */
  RamCopy again(RamCopy copy) throws Exception {
    return copy.again(qmp, folder);
  }

  @Override
  public void close() {
    qmp.close();
    process.destroyForcibly();
    assertThat(process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join())
        .isNotNull();
  }
}

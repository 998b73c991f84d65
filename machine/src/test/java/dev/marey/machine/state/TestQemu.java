package dev.marey.machine.state;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.testing.Qemu10;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A real QEMU with its RAM in a shared file, and just enough QMP to save and load states. {@code
 * MAREY_TEST_QEMU} names another QEMU than the installed one, with arguments if need be.
 *
 * <p>Threading: one thread.
 */
public final class TestQemu implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int RAM_MEGABYTES = 64;

  private final Path folder;
  private final Process process;
  private final TestQmp qmp;
  private int files;

  private TestQemu(Path folder, Process process, TestQmp qmp) {
    this.folder = folder;
    this.process = process;
    this.qmp = qmp;
  }

  /** How a test wants its QEMU; {@code arguments} come after the usual ones. */
  public record Setup(String machine, Path ram, List<String> arguments) {

    public static Setup pc(Path ram, String... arguments) {
      return new Setup("pc", ram, List.of(arguments));
    }

    public static Setup q35(Path ram, String... arguments) {
      return new Setup("q35", ram, List.of(arguments));
    }

    public Setup with(String... more) {
      List<String> all = new ArrayList<>(arguments);
      all.addAll(List.of(more));
      return new Setup(machine, ram, List.copyOf(all));
    }

    /** The same machine, waiting for a state. */
    public Setup standby(Path otherRam) {
      return new Setup(machine, otherRam, arguments).with("-incoming", "defer", "-S");
    }
  }

  /** An empty file for guest RAM; put it where the test's temporary folder is. */
  public static Path ram(Path file) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength((long) RAM_MEGABYTES << 20);
    }
    return file;
  }

  /** A paused machine with plain SeaBIOS that has run until its boot menu was over. */
  public static TestQemu start(Path folder, Setup setup) throws IOException {
    String qemu = System.getenv().getOrDefault("MAREY_TEST_QEMU", "qemu-system-x86_64");
    return start(folder, setup, List.of(qemu.split(" ")), Map.of());
  }

  /** The same with the other QEMU. */
  public static TestQemu start(Path folder, Setup setup, Qemu10 qemu) throws IOException {
    return start(folder, setup, qemu.commandLine(List.of("qemu")), qemu.environment());
  }

  private static TestQemu start(
      Path folder, Setup setup, List<String> program, Map<String, String> environment)
      throws IOException {
    Path own = Files.createTempDirectory(folder, "qemu");
    List<String> command = new ArrayList<>(program);
    command.addAll(
        List.of(
            "-M",
            setup.machine() + ",memory-backend=pc.ram",
            "-accel",
            "tcg",
            "-m",
            Integer.toString(RAM_MEGABYTES),
            "-object",
            "memory-backend-file,id=pc.ram,share=on,size="
                + RAM_MEGABYTES
                + "M,mem-path="
                + setup.ram(),
            "-rtc",
            "clock=vm",
            "-nodefaults",
            "-display",
            "none",
            "-serial",
            "null",
            "-qmp",
            "unix:" + own.resolve("qmp") + ",server=on,wait=off",
            "-debugcon",
            "file:" + own.resolve("debug")));
    command.addAll(setup.arguments());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(own.resolve("words").toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      return new TestQemu(own, process, TestQmp.connect(own.resolve("qmp"), process));
    } catch (IOException | RuntimeException e) {
      end(process);
      throw new IOException("QEMU did not start: " + Files.readString(own.resolve("words")), e);
    }
  }

  public JsonNode execute(String command, Map<String, ?> arguments) throws IOException {
    return qmp.execute(command, arguments);
  }

  /** A command of the human monitor, and what it printed. */
  public String monitor(String command) throws IOException {
    return execute("human-monitor-command", Map.of("command-line", command)).asText();
  }

  /** {@code info registers} of every vCPU, without the lines that name none. */
  public String registers() throws IOException {
    return monitor("info registers -a");
  }

  /** Waits until the guest has written this to the debug console. */
  public void awaitDebugConsole(String text) {
    Path console = folder.resolve("debug");
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Files.readString(console, StandardCharsets.ISO_8859_1).contains(text));
  }

  public void stop() throws IOException {
    execute("stop", Map.of());
  }

  public void resume() throws IOException {
    execute("cont", Map.of());
  }

  /** A complete stream of the paused machine. */
  public DeviceState migrate() throws IOException {
    Path file = folder.resolve("stream" + files++);
    execute("migrate", Map.of("uri", "exec:cat > " + file));
    awaitMigration();
    return DeviceState.read(file);
  }

  /** What {@code xen-save-devices-state} writes. */
  public byte[] fastState() throws IOException {
    Path file = folder.resolve("fast" + files++);
    execute("xen-save-devices-state", Map.of("filename", file.toString(), "live", false));
    return Files.readAllBytes(file);
  }

  /** Gives a state to a machine that was started as a standby. */
  public void incoming(DeviceState state) throws IOException {
    Path file = Files.write(folder.resolve("incoming" + files++), state.toByteArray());
    execute("migrate-incoming", Map.of("uri", "exec:cat " + file));
    awaitMigration();
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> !runState().equals("inmigrate"));
  }

  /** Loads a state into this paused machine. */
  public void load(VmStateImage image) throws IOException {
    execute(
        "blockdev-add",
        Map.of(
            "driver",
            "qcow2",
            "node-name",
            "state",
            "file",
            Map.of("driver", "file", "filename", image.file().toString())));
    execute(
        "snapshot-load",
        Map.of(
            "job-id",
            "load",
            "tag",
            image.snapshotName(),
            "vmstate",
            "state",
            "devices",
            List.of("state")));
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(
            () ->
                execute("query-jobs", Map.of()).get(0).get("status").asText().equals("concluded"));
    JsonNode job = execute("query-jobs", Map.of()).get(0);
    execute("job-dismiss", Map.of("id", "load"));
    execute("blockdev-del", Map.of("node-name", "state"));
    if (job.has("error")) {
      throw new IOException("snapshot-load: " + job.get("error").asText());
    }
  }

  /** Of the program, such as {@code 7.2.22}. */
  public String version() throws IOException {
    JsonNode numbers = execute("query-version", Map.of()).get("qemu");
    return numbers.get("major") + "." + numbers.get("minor") + "." + numbers.get("micro");
  }

  public String runState() throws IOException {
    return execute("query-status", Map.of()).get("status").asText();
  }

  private void awaitMigration() {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              String status = execute("query-migrate", Map.of()).path("status").asText();
              if (status.equals("failed")) {
                throw new IOException("migration failed");
              }
              return status.equals("completed");
            });
  }

  @Override
  public void close() throws IOException {
    end(process);
    qmp.close();
  }

  private static void end(Process process) throws IOException {
    process.destroyForcibly();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IOException("QEMU " + process.pid() + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

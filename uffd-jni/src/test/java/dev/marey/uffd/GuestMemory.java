package dev.marey.uffd;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process like QEMU as far as memory goes: the test program {@code guest-memory} with the agent
 * in it. Its memory is read through pread on its memfd alone.
 *
 * <p>Threading: one test thread; answers come from a reader thread.
 */
public final class GuestMemory implements AutoCloseable {

  static final int PAGE = 4096;
  static final Path PROGRAM = program();

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Process process;
  private final AgentConnection connection;
  private final PrintStream orders;
  private final Map<String, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
  private final long address;
  private final int uid;
  private final int pages;
  private final FileChannel memfd;
  private int lastId;

  private GuestMemory(Process process, AgentConnection connection, int pages) throws IOException {
    this.process = process;
    this.connection = connection;
    this.pages = pages;
    this.orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    BufferedReader output = process.inputReader(StandardCharsets.US_ASCII);
    String ready = output.readLine();
    if (ready == null) {
      throw new IOException("guest-memory ended before it was ready");
    }
    String[] words = ready.split(" ", -1);
    this.address = Long.parseLong(words[1]);
    this.uid = Integer.parseInt(words[3]);
    this.memfd =
        FileChannel.open(Path.of("/proc/" + process.pid() + "/fd/" + words[2]), READ, WRITE);
    Thread reader = new Thread(() -> readAnswers(output), "guest-memory-answers");
    reader.setDaemon(true);
    reader.start();
  }

  static GuestMemory start(int pages) throws Exception {
    return start(pages, List.of());
  }

  /** Starts one whose memory is a file, such as the memfd of another process. */
  public static GuestMemory start(int pages, Path file) throws Exception {
    try (AgentListener listener = AgentListener.open()) {
      return attach(
          launch(pages, List.of(), PROGRAM, listener.environment(), file.toString()),
          PROGRAM,
          listener,
          pages);
    }
  }

  /**
   * Starts it through another program.
   *
   * @param launcher words before the program's own; must end in running it in the same process
   */
  static GuestMemory start(int pages, List<String> launcher) throws Exception {
    try (AgentListener listener = AgentListener.open()) {
      return start(pages, launcher, PROGRAM, listener, listener.environment());
    }
  }

  static GuestMemory start(
      int pages,
      List<String> launcher,
      Path program,
      AgentListener listener,
      Map<String, String> environment)
      throws Exception {
    return attach(launch(pages, launcher, program, environment), program, listener, pages);
  }

  private static GuestMemory attach(
      Process process, Path program, AgentListener listener, int pages) throws Exception {
    try {
      AgentConnection connection =
          listener.await(PATIENCE, new ExpectedProcess(process.pid(), program));
      return new GuestMemory(process, connection, pages);
    } catch (NativeIoException e) {
      process.destroyForcibly().waitFor();
      throw e;
    }
  }

  static Process launch(
      int pages,
      List<String> launcher,
      Path program,
      Map<String, String> environment,
      String... file)
      throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.add(program.toString());
    command.add(Integer.toString(pages));
    command.addAll(List.of(file));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** What the handler needs, with everything registered. */
  Userfaultfd register(RegisterMode first, RegisterMode... others) throws NativeIoException {
    Userfaultfd userfaultfd = connection.userfaultfd(Feature.liveSnapshot());
    userfaultfd.register(address, lengthBytes(), EnumSet.of(first, others));
    return userfaultfd;
  }

  public AgentConnection connection() {
    return connection;
  }

  public Process process() {
    return process;
  }

  int uid() {
    return uid;
  }

  long lengthBytes() {
    return (long) pages * PAGE;
  }

  public long address(int page) {
    return address + (long) page * PAGE;
  }

  /** The one fault that waits, or is on its way; fails after twenty seconds. */
  static PageFault onlyFault(Userfaultfd userfaultfd) throws NativeIoException {
    try (FaultPoll poll = FaultPoll.open(userfaultfd);
        FaultBatch batch = FaultBatch.allocate(2)) {
      if (!poll.await((int) PATIENCE.toMillis()) || userfaultfd.read(batch) != 1) {
        throw new AssertionError("not one fault");
      }
      return batch.fault(0);
    }
  }

  /** Writes {@code value} into the first byte of each page. */
  public CompletableFuture<String> write(int page, int count, int value) {
    return order("write", page, count, Integer.toString(value));
  }

  /** Completes with the sum of the first byte of each page. */
  public CompletableFuture<String> read(int page, int count) {
    return order("read", page, count, "");
  }

  CompletableFuture<String> punch(int page, int count) {
    return order("punch", page, count, "");
  }

  CompletableFuture<String> environment(String name) {
    return send("env " + name);
  }

  /**
   * Makes the agent's copy of the userfaultfd, and so ours too, a blocking one. The kernel lets
   * nobody poll that: userfaultfd(2).
   */
  CompletableFuture<String> breakUserfaultfd() throws IOException {
    try (Stream<Path> fds = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      for (Path fd : fds.toList()) {
        if (Files.readSymbolicLink(fd).toString().equals("anon_inode:[userfaultfd]")) {
          return send("block " + fd.getFileName());
        }
      }
    }
    throw new IOException("the agent has no userfaultfd");
  }

  /** The first byte of a page, whether or not anything is armed; a hole reads as 0 and stays. */
  int stored(int page) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    memfd.read(one, (long) page * PAGE);
    return one.get(0) & 0xff;
  }

  /** Fills the first byte through the file: takes no fault and wakes nobody. */
  void store(int page, int value) throws IOException {
    memfd.write(ByteBuffer.wrap(new byte[] {(byte) value}), (long) page * PAGE);
  }

  private CompletableFuture<String> order(String verb, int page, int count, String value) {
    return send(verb + " " + (long) page * PAGE + " " + (long) count * PAGE + " " + value);
  }

  private CompletableFuture<String> send(String order) {
    String id = Integer.toString(++lastId);
    CompletableFuture<String> answer = new CompletableFuture<>();
    answers.put(id, answer);
    orders.println(id + " " + order);
    return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private void readAnswers(BufferedReader output) {
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        int space = line.indexOf(' ');
        CompletableFuture<String> answer = answers.remove(line.substring(0, space));
        if (answer != null) {
          answer.complete(line.substring(space + 1));
        }
      }
    } catch (IOException e) {
      // the stream closes under us when the process ends: the waiting orders fail below
    } finally {
      answers.values().forEach(a -> a.completeExceptionally(new IOException("process ended")));
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
    memfd.close();
    process.destroyForcibly().onExit().join();
  }

  /** Unpacked when it comes in a jar, as it does for the modules above. */
  private static Path program() {
    URL built = GuestMemory.class.getResource("/guest-memory");
    if (built == null) {
      throw new IllegalStateException("guest-memory is not there: the build compiles it");
    }
    try {
      if (built.getProtocol().equals("file")) {
        return Path.of(built.toURI());
      }
      Path folder = Files.createTempDirectory("guest-memory");
      folder.toFile().deleteOnExit();
      Path unpacked = folder.resolve("guest-memory");
      unpacked.toFile().deleteOnExit();
      try (InputStream in = built.openStream()) {
        Files.copy(in, unpacked);
      }
      return Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("guest-memory can't be unpacked", e);
    }
  }
}

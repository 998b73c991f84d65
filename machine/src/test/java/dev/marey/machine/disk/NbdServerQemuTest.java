package dev.marey.machine.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** QEMU's own tools as clients of our disks. */
@Timeout(60)
final class NbdServerQemuTest {

  private static final int DISK_BYTES = (3 << 20) + 1536;

  @TempDir Path folder;

  /** Bytes in memory, with a limit on what may be written. */
  private static final class MemoryDisk implements BlockDevice {
    final byte[] bytes = new byte[DISK_BYTES];
    final boolean readOnly;
    volatile boolean full;
    volatile boolean broken;

    MemoryDisk(boolean readOnly) {
      this.readOnly = readOnly;
      new Random(7).nextBytes(bytes);
    }

    @Override
    public long lengthBytes() {
      return bytes.length;
    }

    @Override
    public boolean readOnly() {
      return readOnly;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer into) throws IOException {
      if (broken) {
        throw new IOException("broken on purpose");
      }
      into.put(bytes, (int) offsetBytes, into.remaining());
    }

    @Override
    public void write(long offsetBytes, ByteBuffer from) throws IOException {
      if (full) {
        throw new NoRoomException("full on purpose");
      }
      from.get(bytes, (int) offsetBytes, from.remaining());
    }

    @Override
    public void zero(long offsetBytes, long lengthBytes) {
      Arrays.fill(bytes, (int) offsetBytes, (int) (offsetBytes + lengthBytes), (byte) 0);
    }

    @Override
    public void flush() {
      // in memory
    }
  }

  private record Said(int code, String text) {}

  private static Said run(String... words) throws Exception {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Said(process.waitFor(), text);
  }

  private String url(NbdServer server, String export) {
    return "nbd+unix:///" + export + "?socket=" + server.socket();
  }

  private NbdServer serve(BlockDevice disk) throws IOException {
    return NbdServer.open(folder.resolve("n"), Map.of("disk0", disk));
  }

  @Test
  void qemuReadsTheWholeDisk() throws Exception {
    MemoryDisk disk = new MemoryDisk(true);
    try (NbdServer server = serve(disk)) {
      Path copy = folder.resolve("copy");

      Said said =
          run("qemu-img", "convert", "-f", "raw", "-O", "raw", url(server, "disk0"), copy + "");

      assertThat(said).isEqualTo(new Said(0, ""));
      assertThat(Files.readAllBytes(copy)).isEqualTo(disk.bytes);
    }
  }

  @Test
  void whatQemuWritesAndZeroesIsOnTheDisk() throws Exception {
    MemoryDisk disk = new MemoryDisk(false);
    byte[] expected = disk.bytes.clone();
    Arrays.fill(expected, 512, 1024, (byte) 0x5a);
    Arrays.fill(expected, 1 << 20, (1 << 20) + 65536, (byte) 0);
    Arrays.fill(expected, 2 << 20, 3 << 20, (byte) 0x11);
    try (NbdServer server = serve(disk)) {
      List<String> line = new ArrayList<>(List.of("qemu-io", "-f", "raw"));
      for (String command :
          List.of(
              "write -P 0x5a 512 512",
              "write -z 1M 64k",
              "write -P 0x11 2M 1M",
              "flush",
              "read -P 0x11 2M 1M",
              "read -P 0 1M 64k")) {
        line.addAll(List.of("-c", command));
      }
      line.add(url(server, "disk0"));

      Said said = run(line.toArray(String[]::new));

      assertThat(said.code).as(said.text).isZero();
      assertThat(said.text).doesNotContain("failed");
      assertThat(disk.bytes).isEqualTo(expected);
    }
  }

  @Test
  void aFullDiskAndABrokenOneAreToldApart() throws Exception {
    MemoryDisk disk = new MemoryDisk(false);
    try (NbdServer server = serve(disk)) {
      disk.full = true;
      disk.broken = true;

      Said write = run("qemu-io", "-f", "raw", "-c", "write 0 4k", url(server, "disk0"));
      Said read = run("qemu-io", "-f", "raw", "-c", "read 0 4k", url(server, "disk0"));

      assertThat(write.text).contains("No space left on device");
      assertThat(read.text).contains("Input/output error");
    }
  }

  @Test
  void aReadOnlyDiskIsNotWritten() throws Exception {
    MemoryDisk disk = new MemoryDisk(true);
    byte[] expected = disk.bytes.clone();
    try (NbdServer server = serve(disk)) {
      Said said = run("qemu-io", "-f", "raw", "-c", "write 0 4k", url(server, "disk0"));

      assertThat(said.text).contains("Permission denied");
      assertThat(disk.bytes).isEqualTo(expected);
    }
  }

  @Test
  void anUnknownDiskIsRefused() throws Exception {
    try (NbdServer server = serve(new MemoryDisk(true))) {
      Said said = run("qemu-img", "info", url(server, "disk9"));

      assertThat(said.code).isEqualTo(1);
      assertThat(said.text).contains("disk9");
    }
  }

  @Test
  void aClientThatTalksNonsenseIsDroppedAndTheNextIsServed() throws Exception {
    MemoryDisk disk = new MemoryDisk(true);
    try (NbdServer server = serve(disk)) {
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(UnixDomainSocketAddress.of(server.socket()));
        channel.write(ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(UTF_8)));
        assertThatThrownBy(() -> readToTheEnd(channel)).isInstanceOf(IOException.class);
      }

      try (NbdClient client = NbdClient.connect(server.socket(), "disk0")) {
        ByteBuffer into = ByteBuffer.allocate(DISK_BYTES - 7);
        client.read(7, into);

        assertThat(client.lengthBytes()).isEqualTo(DISK_BYTES);
        assertThat(into.array()).isEqualTo(Arrays.copyOfRange(disk.bytes, 7, DISK_BYTES));
      }
    }
  }

  private static void readToTheEnd(SocketChannel channel) throws IOException {
    ByteBuffer rest = ByteBuffer.allocate(4096);
    while (channel.read(rest) >= 0) {
      rest.clear();
    }
    throw new EOFException();
  }

  @Test
  void ourClientReadsWhatQemuServes() throws Exception {
    Path image = folder.resolve("image.qcow2");
    assertThat(run("qemu-img", "create", "-q", "-f", "qcow2", image + "", "3M").code).isZero();
    assertThat(run("qemu-io", "-f", "qcow2", "-c", "write -P 9 1M 64k", image + "").code).isZero();
    Path socket = folder.resolve("s");
    Process server =
        new ProcessBuilder(
                "qemu-nbd", "-r", "-t", "-e", "2", "-f", "qcow2", "-k", socket + "", image + "")
            .start();
    try {
      org.awaitility.Awaitility.await().until(() -> Files.exists(socket));
      try (NbdClient client = NbdClient.connect(socket, "")) {
        ByteBuffer into = ByteBuffer.allocate(3 << 20);
        client.read(0, into);

        byte[] expected = new byte[3 << 20];
        Arrays.fill(expected, 1 << 20, (1 << 20) + 65536, (byte) 9);
        assertThat(into.array()).isEqualTo(expected);
        assertThatThrownBy(() -> NbdClient.connect(socket, "other"))
            .hasMessageStartingWith("there is no disk other");
      }
    } finally {
      server.destroy();
      server.waitFor();
    }
  }
}

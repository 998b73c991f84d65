package dev.marey.machine.options;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marey.machine.DiskDefinition;
import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineRequest;
import dev.marey.machine.disk.BlockDevice;
import dev.marey.machine.disk.DiskImage;
import dev.marey.machine.disk.ImageReader;
import dev.marey.machine.disk.NbdServer;
import dev.marey.machine.disk.RawImage;
import dev.marey.machine.testing.Qemu10;
import dev.marey.machine.testing.TestGuests;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both halves of written disks in real QEMUs: the guest's writes to Marey, the reader reads. */
@Timeout(60)
final class WrittenDisksQemuTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DISK_BYTES = 1 << 20;
  private static final byte WRITTEN = 0x5a;
  private static final String SECRET = "-object secret,id=s,data=hidden ";

  @TempDir static Path encrypted;
  @TempDir Path folder;

  /** What a guest sees at first, kept in memory. */
  private static final class MemoryDisk implements BlockDevice {
    final byte[] bytes;

    MemoryDisk(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long lengthBytes() {
      return bytes.length;
    }

    @Override
    public boolean readOnly() {
      return false;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer into) {
      into.put(bytes, (int) offsetBytes, into.remaining());
    }

    @Override
    public void write(long offsetBytes, ByteBuffer from) {
      from.get(bytes, (int) offsetBytes, from.remaining());
    }

    @Override
    public void zero(long offsetBytes, long lengthBytes) {
      Arrays.fill(bytes, (int) offsetBytes, (int) (offsetBytes + lengthBytes), (byte) 0);
    }

    @Override
    public void flush() {}
  }

  /** A QEMU that is asked over its standard input. */
  private static final class AskedQemu implements AutoCloseable {
    private final Process process;
    private final Writer input;
    private final BufferedReader output;
    private final StringBuilder said = new StringBuilder();

    AskedQemu(List<String> words, Map<String, String> environment) throws IOException {
      ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
      builder.environment().putAll(environment);
      process = builder.start();
      input = process.outputWriter(UTF_8);
      output = process.inputReader(UTF_8);
      ask("qmp_capabilities", Map.of());
    }

    JsonNode ask(String command, Map<String, String> arguments) throws IOException {
      Map<String, Object> request = new HashMap<>(Map.of("execute", command));
      request.put("arguments", arguments);
      input.write(JSON.writeValueAsString(request) + "\n");
      input.flush();
      while (true) {
        String line = output.readLine();
        if (line == null) {
          throw new AssertionError("QEMU has ended: " + said);
        }
        said.append(line).append('\n');
        JsonNode answer = line.startsWith("{") ? JSON.readTree(line) : JSON.createObjectNode();
        if (answer.has("return") || answer.has("error")) {
          return answer.path("return");
        }
      }
    }

    List<Path> openFiles() throws IOException {
      List<Path> open = new ArrayList<>();
      try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
        for (Path descriptor : descriptors.toList()) {
          open.add(Files.readSymbolicLink(descriptor));
        }
      }
      return open;
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }

  private static byte[] randomBytes() {
    byte[] bytes = new byte[DISK_BYTES];
    new Random(3).nextBytes(bytes);
    return bytes;
  }

  /** Slow, and on a busy computer QEMU fails to time its key derivation. */
  @BeforeAll
  static void encryptedImage() throws Exception {
    Files.write(encrypted.resolve("disk.img"), randomBytes());
    String words =
        "qemu-img convert -f raw -O luks --object secret,id=s,data=hidden"
            + " -o key-secret=s,iter-time=10 disk.img disk.luks";
    await().atMost(Duration.ofSeconds(50)).untilAsserted(() -> run(encrypted, words));
  }

  @BeforeEach
  void images() throws Exception {
    byte[] bytes = randomBytes();
    Files.write(folder.resolve("disk.img"), bytes);
    Files.write(folder.resolve("odd.img"), Arrays.copyOf(bytes, DISK_BYTES - 100));
    run("qemu-img convert -f raw -O qcow2 disk.img base.qcow2");
    run("qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 disk.qcow2");
    run("qemu-io -f qcow2 -c write_-P_7_64k_64k disk.qcow2");
    Files.copy(encrypted.resolve("disk.luks"), folder.resolve("disk.luks"));
  }

  private void run(String words) throws IOException, InterruptedException {
    run(folder, words);
  }

  private static void run(Path folder, String words) throws IOException, InterruptedException {
    List<String> line =
        Arrays.stream(words.split(" ")).map(word -> word.replace('_', ' ')).toList();
    Process process =
        new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private GuestDefinition guest(String options) throws CommandLineException {
    return CommandLine.parse(
            "qemu-system-x86_64 -nodefaults -display none " + options, Map.of(), folder)
        .accept();
  }

  private Map<String, MemoryDisk> disks(GuestDefinition guest) throws Exception {
    Map<String, MemoryDisk> disks = new TreeMap<>();
    List<DiskDefinition> cooked = guest.disks().stream().filter(disk -> !disk.raw()).toList();
    Path readersFolder = Files.createTempDirectory(folder, "r");
    try (ImageReader reader =
        ImageReader.start(guest.qemu(), DiskDefinition.readingAll(cooked), readersFolder)) {
      for (DiskDefinition disk : guest.disks()) {
        try (DiskImage image =
            disk.raw() ? RawImage.open(disk.image()) : reader.open(disk.name())) {
          ByteBuffer bytes = ByteBuffer.allocate((int) image.lengthBytes());
          image.read(0, bytes);
          disks.put(disk.name(), new MemoryDisk(bytes.array()));
        }
      }
    }
    return disks;
  }

  private List<String> words(GuestDefinition guest) {
    List<String> words = new ArrayList<>(List.of(guest.qemu().toString()));
    String machine = String.join(",", List.of(guest.machineType(), guest.machineOptions()));
    if (!machine.equals(",")) {
      words.addAll(List.of("-machine", machine.replaceFirst(",$", "").replaceFirst("^,", "")));
    }
    String socket = MachineRequest.diskSocket(folder).toString();
    guest.arguments().stream()
        .map(argument -> argument.replace(GuestDefinition.DISK_SOCKET, socket))
        .forEach(words::add);
    words.addAll(List.of("-S", "-display", "none", "-qmp", "stdio"));
    return words;
  }

  private Map<String, String> contents() throws Exception {
    Map<String, String> contents = new TreeMap<>();
    for (String name : List.of("disk.img", "odd.img", "base.qcow2", "disk.qcow2", "disk.luks")) {
      contents.put(name, sha256(Files.readAllBytes(folder.resolve(name))));
    }
    return contents;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /** Writes through each device that may write; gives the addresses of their disks. */
  private List<String> write(AskedQemu qemu) throws IOException {
    List<String> addresses = new ArrayList<>();
    for (JsonNode device : qemu.ask("query-block", Map.of())) {
      JsonNode inserted = device.path("inserted");
      if (device.has("qdev") && device.has("inserted") && !inserted.get("ro").asBoolean()) {
        addresses.add(inserted.get("file").asText());
        // it prints what it did past the monitor: the disks show it
        qemu.ask(
            "human-monitor-command",
            Map.of(
                "command-line",
                "qemu-io -d " + device.get("qdev").asText() + " \"write -P 0x5a 4096 512\""));
      }
    }
    return addresses;
  }

  private void guestWritesToMareyAlone(
      GuestDefinition guest, List<String> words, Map<String, String> environment) throws Exception {
    Map<String, String> before = contents();
    Map<String, MemoryDisk> disks = disks(guest);
    Path socket = MachineRequest.diskSocket(folder);
    try (NbdServer server = NbdServer.open(socket, Map.copyOf(disks));
        AskedQemu qemu = new AskedQemu(words, environment)) {
      List<String> addresses = write(qemu);
      assertThat(addresses)
          .hasSize(disks.size())
          .allSatisfy(
              address ->
                  assertThat(disks.keySet())
                      .anyMatch(
                          name ->
                              address.equals(
                                  "nbd+unix:///" + name + "?socket=" + server.socket())));
      assertThat(qemu.openFiles())
          .filteredOn(file -> file.startsWith(folder))
          .allMatch(file -> file.endsWith("base.qcow2"));
    }
    byte[] written = new byte[512];
    Arrays.fill(written, WRITTEN);
    assertThat(disks.values())
        .isNotEmpty()
        .allSatisfy(
            disk -> assertThat(Arrays.copyOfRange(disk.bytes, 4096, 4608)).isEqualTo(written));
    assertThat(contents()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "disk.img",
        "-hda disk.img -hdb disk.qcow2",
        "-hda file:disk.img -snapshot",
        "-fda disk.img",
        "-pflash disk.img",
        "-drive file=disk.img,if=pflash,format=raw",
        "-drive driver=file,filename=disk.img,if=virtio",
        "-drive driver=raw,file.driver=file,file.filename=disk.img,if=virtio",
        "-drive file=disk.img,format=raw,if=virtio,auto-read-only=on",
        "-drive file=disk.img,format=raw,if=virtio,noreadonly",
        "-drive file=disk.img,format=raw,if=virtio,snapshot=on,cache=none,aio=native,discard=off",
        "-drive file=odd.img,format=raw,if=virtio,file.locking=off,detect-zeroes=unmap",
        "-drive file=disk.img,if=virtio,bps=1000000,throttling.iops-total=1000,group=g,werror=report",
        "-drive file=disk.img,format=raw,if=none,id=x -device virtio-blk-pci,drive=x,share-rw=on"
            + " -device virtio-scsi-pci -device scsi-hd,drive=n"
            + " -drive file=disk.qcow2,if=none,node-name=n",
        "-drive file=disk.img,if=none -device virtio-blk-pci,drive=none0",
        SECRET + "-drive file=disk.luks,format=luks,key-secret=s,if=virtio -hda disk.qcow2",
        SECRET
            + "-drive driver=raw,offset=512,size=64k,file.filename=disk.img,file.driver=file,if=virtio"
            + " -drive file=disk.luks,format=luks,key-secret=s,if=virtio",
        "-object throttle-group,id=g,x-bps-total=1000000 -blockdev file,node-name=f,filename=disk.img"
            + " -blockdev throttle,node-name=d,throttle-group=g,file=f -device virtio-blk-pci,drive=d",
        "-blockdev driver=file,node-name=f,filename=disk.img -device virtio-blk-pci,drive=f",
        "-blockdev driver=file,node-name=disk0,filename=disk.img"
            + " -blockdev driver=raw,node-name=d,file=disk0 -device virtio-blk-pci,drive=d",
        "-blockdev driver=file,node-name=f,filename=disk.img"
            + " -blockdev driver=raw,node-name=d,file=f,read-only=on -device virtio-blk-pci,drive=f",
        "-blockdev driver=file,node-name=f,filename=disk.img"
            + " -blockdev driver=raw,node-name=d,file=f,read-only=on"
            + " -device '{\"driver\":\"virtio-blk-pci\",\"drive\":\"f\"}'",
        "-blockdev driver=file,node-name=f,filename=disk.img"
            + " -blockdev driver=raw,node-name=d,file=f -global virtio-blk-pci.drive=d"
            + " -device virtio-blk-pci",
        "-blockdev driver=file,node-name=f,filename=disk.img"
            + " -blockdev driver=raw,node-name=d,file=f -M pc,pflash0=d",
        "-blockdev '{\"driver\":\"qcow2\",\"node-name\":\"d\",\"cache\":{\"direct\":false},\"file\":"
            + "{\"driver\":\"file\",\"filename\":\"disk.qcow2\",\"read-only\":false}}'"
            + " -device virtio-blk-pci,drive=d",
        "-blockdev file,node-name=bf,filename=base.qcow2"
            + " -blockdev qcow2,node-name=b,file=bf,read-only=on"
            + " -blockdev qcow2,node-name=d,file.driver=file,file.filename=disk.qcow2,backing=b"
            + " -device virtio-blk-pci,drive=d -device virtio-blk-pci,drive=b"
      })
  void theGuestWritesToMareyAndNeverToTheImage(String options) throws Exception {
    GuestDefinition guest = guest(options);
    List<String> words = words(guest);
    guestWritesToMareyAlone(guest, words, Map.of());
    Qemu10 qemu = TestGuests.qemu10();
    guestWritesToMareyAlone(guest, qemu.commandLine(words), qemu.environment());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-hda disk.img | -f raw disk.img",
        "-drive file=disk.img,format=raw | -f raw disk.img",
        "-drive file=odd.img,format=raw | -f raw odd.img",
        "-hda disk.qcow2 | -f qcow2 disk.qcow2",
        "-drive file=disk.qcow2,format=raw | -f raw disk.qcow2",
        "-drive file=disk.img,format=raw,offset=4096 | --image-opts driver=raw,offset=4096,file.filename=disk.img",
        SECRET
            + "-drive file=disk.luks,format=luks,key-secret=s"
            + " | --object secret,id=s,data=hidden --image-opts driver=luks,key-secret=s,file.filename=disk.luks",
        SECRET
            + "-blockdev file,node-name=f,filename=disk.luks -blockdev luks,node-name=d,file=f,key-secret=s"
            + " | --object secret,id=s,data=hidden --image-opts driver=luks,key-secret=s,file.filename=disk.luks"
      })
  void theDiskBeginsWithWhatQemuReadsInTheImage(String options, String convert) throws Exception {
    run("qemu-img convert -O raw " + convert.replaceFirst("(.*) (\\S+)", "$1 $2 expected"));
    Map<String, MemoryDisk> disks = disks(guest(options));
    byte[] expected = Files.readAllBytes(folder.resolve("expected"));
    assertThat(disks.values()).extracting(disk -> disk.bytes).containsExactly(expected);
  }

  @Test
  void anImageThatNobodyMayWriteIsServed() throws Exception {
    assertThat(folder.resolve("disk.img").toFile().setWritable(false)).isTrue();
    GuestDefinition guest = guest("-drive file=disk.img,format=raw,if=virtio");
    guestWritesToMareyAlone(guest, words(guest), Map.of());
  }
}

package dev.marey.machine.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.marey.machine.MachineException;
import dev.marey.machine.QemuBinary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images of formats only QEMU knows. */
@Timeout(60)
final class ImageReaderQemuTest {

  @TempDir Path folder;
  private Path image;
  private Path qemu;

  @BeforeEach
  void makeAnImageWithABackingFile() throws Exception {
    qemu = QemuBinary.find("qemu-system-x86_64", folder);
    Path backing = folder.resolve("backing.qcow2");
    image = folder.resolve("a,b.qcow2");
    run("qemu-img", "create", "-q", "-f", "qcow2", backing + "", "3M");
    run("qemu-io", "-f", "qcow2", "-c", "write -P 1 0 2M", backing + "");
    run("qemu-img", "create", "-q", "-f", "qcow2", "-b", backing + "", "-F", "qcow2", image + "");
    run("qemu-io", "-f", "qcow2", "-c", "write -P 2 1M 64k", image + "");
  }

  private static void run(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private List<String> drive(String file) {
    return List.of("-drive", "if=none,node-name=disk0,readonly=on,file=" + file.replace(",", ",,"));
  }

  @Test
  void aCowImageIsReadThroughItsBackingFile() throws Exception {
    byte[] expected = new byte[3 << 20];
    Arrays.fill(expected, 0, 2 << 20, (byte) 1);
    Arrays.fill(expected, 1 << 20, (1 << 20) + 65536, (byte) 2);
    try (ImageReader reader = ImageReader.start(qemu, drive(image + ""), folder);
        DiskImage disk = reader.open("disk0")) {
      ByteBuffer into = ByteBuffer.allocate(3 << 20);
      disk.read(0, into);

      assertThat(disk.lengthBytes()).isEqualTo(3 << 20);
      assertThat(into.array()).isEqualTo(expected);
    }
  }

  @Test
  void aMissingImageIsNamedInQemusWords() {
    assertThatThrownBy(() -> ImageReader.start(qemu, drive(folder + "/gone"), folder))
        .isInstanceOf(MachineException.class)
        .hasMessageStartingWith("A disk's image can't be opened. QEMU says: ")
        .hasMessageContaining(folder + "/gone': No such file or directory");
  }

  @Test
  void whenTheReaderIsClosedItsQemuIsGone() throws Exception {
    ImageReader reader = ImageReader.start(qemu, drive(image + ""), folder);
    reader.close();

    await().untilAsserted(() -> assertThat(qemusOn(image)).isEmpty());
  }

  private static List<String> qemusOn(Path file) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .map(pid -> Path.of("/proc/" + pid + "/cmdline"))
        .filter(Files::isReadable)
        .map(ImageReaderQemuTest::text)
        .filter(line -> line.contains(file.toString().replace(",", ",,")))
        .toList();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}

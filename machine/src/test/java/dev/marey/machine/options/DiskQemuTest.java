package dev.marey.machine.options;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marey.machine.GuestDefinition;
import dev.marey.machine.testing.Qemu10;
import dev.marey.machine.testing.TestGuests;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** QEMU itself says of the disks of a line whether a device may write them. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class DiskQemuTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String START = "qemu-system-x86_64 -nodefaults -display none ";

  @TempDir Path folder;

  @BeforeEach
  void disks() throws IOException {
    for (String name : List.of("disk.img", "other.img")) {
      try (RandomAccessFile disk = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
        disk.setLength(1 << 20);
      }
    }
    Files.createDirectory(folder.resolve("dir"));
  }

  private CommandLine line(String options) {
    return CommandLine.parse(START + options, Map.of(), folder);
  }

  /** Drivers of the nodes that devices have attached and may write. */
  private List<String> writableByDevices(List<String> words, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>(words);
    command.addAll(List.of("-S", "-display", "none", "-qmp", "stdio"));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.redirectErrorStream(true).environment().putAll(environment);
    Process process = builder.start();
    try {
      try (var input = process.outputWriter(StandardCharsets.UTF_8)) {
        input.write(
            "{\"execute\":\"qmp_capabilities\"}{\"execute\":\"query-block\",\"id\":\"disks\"}"
                + "{\"execute\":\"quit\"}");
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String answer =
          output
              .lines()
              .filter(text -> text.contains("\"disks\""))
              .findFirst()
              .orElseThrow(() -> new AssertionError(String.join(" ", command) + "\n" + output));
      List<String> writable = new ArrayList<>();
      for (JsonNode device : JSON.readTree(answer).required("return")) {
        if (device.has("qdev")
            && device.has("inserted")
            && !device.get("inserted").required("ro").asBoolean()) {
          writable.add(device.get("inserted").required("drv").asText());
        }
      }
      return writable;
    } finally {
      process.destroyForcibly();
    }
  }

  private static List<String> words(GuestDefinition guest) {
    List<String> words = new ArrayList<>();
    words.add(guest.qemu().toString());
    String machine = String.join(",", List.of(guest.machineType(), guest.machineOptions()));
    if (!machine.equals(",")) {
      words.addAll(List.of("-machine", machine.replaceFirst(",$", "")));
    }
    words.addAll(guest.arguments());
    return words;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-drive driver=file,filename=disk.img,if=virtio,readonly=on",
        "-drive driver=vvfat,dir=dir,if=virtio,readonly=on",
        "-drive file=fat:dir,format=raw,if=virtio,readonly=on",
        "-drive file=file:disk.img,format=raw,if=virtio,readonly=on",
        "-drive driver=blkdebug,image.driver=file,image.filename=disk.img,if=virtio,readonly=on",
        "-drive file=disk.img,format=raw,if=virtio,readonly",
        "-drive file=disk.img,format=raw,media=cdrom,readonly=off",
        "-cdrom disk.img",
        "-cdrom file:disk.img",
        "-drive file=disk.img,format=raw,if=none,readonly=on -device virtio-blk-pci,drive=none0",
        "-drive file=disk.img,format=raw,if=none,readonly=on,id=x,file.node-name=f"
            + " -device virtio-blk-pci,drive=f",
        "-drive file=disk.img,format=raw,if=none,readonly=on,id=x,file.node-name=f"
            + ",file.read-only=off -device virtio-blk-pci,drive=x",
        "-drive file=disk.img,format=raw,if=pflash,readonly=on",
        "-drive if=none,id=e -device ide-cd,drive=e",
        "-blockdev driver=file,node-name=f,filename=disk.img"
            + " -blockdev driver=raw,node-name=d,file=f,read-only=on -device virtio-blk-pci,drive=d",
        "-blockdev driver=file,node-name=f,filename=disk.img"
            + " -blockdev driver=raw,node-name=m,file=f"
            + " -blockdev driver=raw,node-name=d,file=m,read-only=on -device virtio-blk-pci,drive=d",
        "-blockdev '{\"driver\":\"raw\",\"node-name\":\"d\",\"read-only\":true,\"file\":"
            + "{\"driver\":\"file\",\"filename\":\"disk.img\"}}' -device virtio-blk-pci,drive=d",
        "-blockdev driver=raw,node-name=d,read-only=on,file.driver=file,file.filename=disk.img"
            + " -global virtio-blk-pci.drive=d -device virtio-blk-pci",
        "-blockdev driver=raw,node-name=d,read-only=on,file.driver=file,file.filename=disk.img"
            + " -M pc,pflash0=d"
      })
  void noDiskOfAnAcceptedLineCanBeWritten(String options) throws Exception {
    List<String> words = words(line(options).accept());
    assertThat(writableByDevices(words, Map.of())).isEmpty();
    Qemu10 qemu = TestGuests.qemu10();
    assertThat(writableByDevices(qemu.commandLine(words), qemu.environment())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-drive driver=null-co,if=virtio,read-zeroes=on",
        "-drive file=null-co://,format=raw,if=virtio",
        "-blockdev null-co,node-name=n,read-zeroes=on -device virtio-blk-pci,drive=n"
      })
  void whatIsWrittenToANullDiskIsKeptNowhere(String options) throws Exception {
    assertThat(writableByDevices(words(line(options).accept()), Map.of()))
        .singleElement()
        .isIn("null-co", "raw");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-drive driver=vvfat,dir=dir,rw=on,if=virtio",
        "-drive file=fat:rw:dir,format=raw,if=virtio",
        "-drive driver=blkdebug,image.driver=file,image.filename=disk.img,if=virtio",
        "-drive driver=copy-on-read,file.driver=file,file.filename=disk.img,if=virtio",
        "-drive file=disk.img,format=raw,if=virtio,readonly=off,readonly=on",
        "-drive file=disk.img,format=raw,if=none,readonly=on,id=x,file.node-name=f"
            + ",file.read-only=off -device virtio-blk-pci,drive=f",
        "-drive file=disk.img,format=raw,if=none,id=x,file.node-name=f"
            + " -device virtio-blk-pci,drive=f",
        "-drive 'file=json:{\"driver\":\"raw\",,\"file\":{\"driver\":\"file\",,\"filename\":"
            + "\"disk.img\",,\"node-name\":\"f\",,\"read-only\":false}},if=none,readonly=on,id=x'"
            + " -device virtio-blk-pci,drive=f",
        "-blockdev '{\"driver\":\"raw\",\"node-name\":\"d\",\"read-only\":true,\"file\":"
            + "{\"driver\":\"file\",\"filename\":\"disk.img\",\"node-name\":\"f\","
            + "\"read-only\":false}}' -device virtio-blk-pci,drive=f"
      })
  void aDiskThatMareyCannotServeAndQemuWouldLetADeviceWriteIsRefused(String options)
      throws Exception {
    assertThat(line(options).problems()).isNotEmpty();
    List<Word> given = new ShellWords(START + options, Map.of()).words();
    assertThat(writableByDevices(given.stream().map(Word::text).toList(), Map.of())).hasSize(1);
  }
}

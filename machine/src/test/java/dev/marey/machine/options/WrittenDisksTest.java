package dev.marey.machine.options;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.DiskDefinition;
import dev.marey.machine.GuestDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a disk that the guest writes becomes: the guest's half of its option and the reader's. */
final class WrittenDisksTest {

  private static final String NBD =
      "driver=nbd,discard=unmap,server.type=unix,server.path={marey.disks},export=disk0";

  @TempDir Path folder;

  @BeforeEach
  void aProgramAndFiles() throws IOException {
    Path program =
        Files.write(folder.resolve("qemu-system-x86_64"), new byte[] {0x7f, 'E', 'L', 'F'});
    assertThat(program.toFile().setExecutable(true)).isTrue();
    for (String name : List.of("a.img", "b.img", "a,b:c.img")) {
      Files.writeString(folder.resolve(name), name);
    }
  }

  private GuestDefinition guest(String options) throws CommandLineException {
    return CommandLine.parse("./qemu-system-x86_64 " + options, Map.of(), folder).accept();
  }

  private String guestsHalf(String options) throws CommandLineException {
    return String.join(" ", guest(options).arguments()).replaceFirst(" -chardev .*", "");
  }

  private String reading(String options) throws CommandLineException {
    return String.join(" ", DiskDefinition.readingAll(guest(options).disks()))
        .replace(folder.toString(), "FOLDER");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.img | -drive index=0,media=disk,NBD",
        "-hda a.img | -drive index=0,media=disk,NBD",
        "-hdd file:a.img | -drive index=3,media=disk,NBD",
        "-fdb a.img | -drive if=floppy,index=1,NBD",
        "-sd a.img | -drive if=sd,NBD",
        "-mtdblock a.img | -drive if=mtd,NBD",
        "-pflash a.img | -drive if=pflash,NBD",
        "-hda a.img -snapshot | -drive index=0,media=disk,NBD",
        "-drive file=a.img | -drive NBD",
        "-drive file=a.img,if=none,id=d,cache=none,aio=native,snapshot=on,readonly=off"
            + " | -drive if=none,id=d,NBD",
        "-drive file=a.img,bps=1,iops-total-max=2,throttling.bps-read=3,group=g,werror=stop"
            + " | -drive bps=1,iops-total-max=2,throttling.bps-read=3,group=g,werror=stop,NBD",
        "-blockdev file,node-name=f,filename=a.img -blockdev qcow2,node-name=d,file=f"
            + " -device virtio-blk-pci,drive=d"
            + " | -blockdev node-name=d,NBD -device virtio-blk-pci,drive=d",
        "-blockdev file,node-name=f,filename=a.img -blockdev qcow2,node-name=d,file=f"
            + " | -blockdev node-name=d,NBD",
        "-blockdev file,node-name=file,filename=a.img -blockdev raw,node-name=raw,file=file"
            + " -blockdev file,node-name=o,filename=b.img,read-only=on"
            + " | -blockdev node-name=raw,NBD -blockdev file,node-name=o,filename=FOLDER/b.img,read-only=on",
        "-blockdev file,node-name=bf,filename=b.img"
            + " -blockdev raw,node-name=base,file=bf,read-only=on"
            + " -blockdev qcow2,node-name=d,file.driver=file,file.filename=a.img,backing=base"
            + " -device virtio-blk-pci,drive=d -device virtio-blk-pci,drive=base"
            + " | -blockdev file,node-name=bf,filename=FOLDER/b.img"
            + " -blockdev raw,node-name=base,file=bf,read-only=on -blockdev node-name=d,NBD"
            + " -device virtio-blk-pci,drive=d -device virtio-blk-pci,drive=base",
        "-blockdev file,node-name=b,filename=b.img"
            + " -drive driver=qcow2,file.filename=a.img,backing=b,if=virtio"
            + " | -drive if=virtio,NBD",
      })
  void theGuestsHalfKeepsWhatTheGuestSees(String options, String expected)
      throws CommandLineException {
    assertThat(guestsHalf(options))
        .isEqualTo(expected.replace("NBD", NBD).replace("FOLDER", folder.toString()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-hda a.img | -drive file=FOLDER/a.img,read-only=on,node-name=disk0,if=none",
        "-hda ./a,b:c.img | -drive file=FOLDER/a,,b:c.img,read-only=on,node-name=disk0,if=none",
        "-drive file=a.img,format=qcow2,if=virtio,id=d,cache=none,file.locking=off,cache-size=1M,bps=1"
            + " | -drive file=FOLDER/a.img,format=qcow2,cache-size=1M,read-only=on,node-name=disk0,if=none",
        "-object secret,id=t,data=y -object secret,id=s,data=x,keyid=k -object secret,id=k,data=z"
            + " -drive file=a.img,format=luks,key-secret=s"
            + " | -object secret,id=s,data=x,keyid=k -object secret,id=k,data=z"
            + " -drive file=FOLDER/a.img,format=luks,key-secret=s,read-only=on,node-name=disk0,if=none",
        "-blockdev qcow2,node-name=d,file=f,discard=unmap -blockdev file,node-name=f,filename=a.img,aio=native"
            + " | -blockdev file,node-name=f,filename=FOLDER/a.img,read-only=on"
            + " -blockdev qcow2,node-name=disk0,file=f,read-only=on",
        "-blockdev '{\"driver\":\"qcow2\",\"node-name\":\"d\",\"read-only\":false,\"cache\":{\"direct\":true},"
            + "\"file\":{\"driver\":\"file\",\"filename\":\"a.img\"}}'"
            + " | -blockdev {\"driver\":\"qcow2\",\"node-name\":\"disk0\","
            + "\"file\":{\"driver\":\"file\",\"filename\":\"FOLDER/a.img\"},\"read-only\":true}",
        "-blockdev file,node-name=disk0,filename=a.img -blockdev qcow2,node-name=d,file=disk0"
            + " | -blockdev file,node-name=disk0,filename=FOLDER/a.img,read-only=on"
            + " -blockdev qcow2,node-name=disk1,file=disk0,read-only=on",
        "-object secret,id=s,data=x -drive file=a.img,format=luks,key-secret=s"
            + " -drive file=b.img,format=luks,key-secret=s"
            + " | -object secret,id=s,data=x"
            + " -drive file=FOLDER/a.img,format=luks,key-secret=s,read-only=on,node-name=disk0,if=none"
            + " -drive file=FOLDER/b.img,format=luks,key-secret=s,read-only=on,node-name=disk1,if=none"
      },
      quoteCharacter = '~')
  void theReadersHalfIsReadOnlyAndSaysHowToReadTheImage(String options, String expected)
      throws CommandLineException {
    assertThat(reading(options)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'-hda a.img', false",
    "'-drive file=a.img,format=qcow2', false",
    "'-drive file=a.img,format=raw,cache=none', true",
    "'-drive file=a.img,format=raw,offset=512', false",
    "'-drive driver=file,filename=a.img', true",
    "'-drive driver=raw,file.driver=file,file.filename=a.img', true",
    "'-drive driver=raw,file.driver=qcow2,file.file.filename=a.img', false",
    "'-blockdev file,node-name=d,filename=a.img', true",
    "'-blockdev file,node-name=f,filename=a.img -blockdev raw,node-name=d,file=f', true",
    "'-blockdev file,node-name=f,filename=a.img -blockdev raw,node-name=d,file=f,size=512', false",
    "'-blockdev qcow2,node-name=f,file.driver=file,file.filename=a.img -blockdev raw,node-name=d,file=f', false"
  })
  void onlyAnImageThatSurelyIsRawIsReadWithoutQemu(String options, boolean raw)
      throws CommandLineException {
    assertThat(guest(options).disks())
        .extracting(DiskDefinition::raw, DiskDefinition::image)
        .containsExactly(org.assertj.core.api.Assertions.tuple(raw, folder.resolve("a.img")));
  }

  @Test
  void nodesThatStandOnEachOtherAreNoEndlessLoop() {
    CommandLine line =
        CommandLine.parse(
            "./qemu-system-x86_64 -blockdev raw,node-name=a,file=b -blockdev raw,node-name=b,file=a"
                + " -device virtio-blk-pci,drive=a",
            Map.of(),
            folder);
    assertThat(line.problems()).isNotEmpty();
  }

  @Test
  void aNoticeSaysThatTheImageIsNotWritten() throws CommandLineException {
    assertThat(guest("-drive file=a.img,format=raw").notices())
        .containsExactly(
            "-drive file=a.img,format=raw: what the guest writes is kept in the session and goes"
                + " back with its RAM; "
                + folder
                + "/a.img itself is never written.");
  }
}

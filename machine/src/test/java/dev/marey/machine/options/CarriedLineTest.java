package dev.marey.machine.options;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.DiskDefinition;
import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A line that is carried elsewhere and judged there gives the same guest. */
final class CarriedLineTest {

  @TempDir static Path folder;

  @BeforeAll
  static void makeFiles() throws IOException {
    Files.write(folder.resolve("qemu-system-x86_64"), new byte[] {0x7f, 'E', 'L', 'F'});
    assertThat(folder.resolve("qemu-system-x86_64").toFile().setExecutable(true)).isTrue();
    for (String name : List.of("kernel", "initrd", "a.img", "b.img", "c.iso", "rom", "x.qcow2")) {
      Files.write(folder.resolve(name), new byte[512]);
    }
  }

  private static GuestDefinition judged(List<String> words) throws MachineException {
    List<String> line = new ArrayList<>(List.of(folder + "/qemu-system-x86_64"));
    line.addAll(words);
    return CommandLine.of(line, folder).accept();
  }

  private static GuestDefinition guest(String line) throws MachineException {
    return judged(line.isEmpty() ? List.of() : List.of(line.split(" ")));
  }

  private static List<String> carried(GuestDefinition guest) {
    return CarriedLine.of(
        guest, "", word -> word, disk -> guest.disks().get(disk).image().toString());
  }

  /** Sabotage that fails it: a served disk that keeps its socket, a screen that is forgotten. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-m 96M -kernel kernel -initrd initrd -append root=/dev/vda,x=y",
        "-M q35 -smp 2 -cpu qemu64,+avx -nodefaults -vga none",
        "-machine q35,usb=off -nographic",
        "-hda a.img",
        "-drive file=a.img,format=raw,if=virtio -drive file=b.img,if=ide,index=2,werror=stop",
        "-drive file=x.qcow2,format=qcow2,if=none,id=d -device virtio-blk-pci,drive=d",
        "-blockdev driver=file,node-name=f,filename=a.img -blockdev driver=raw,node-name=r,file=f"
            + " -device virtio-blk-pci,drive=r",
        "-blockdev driver=qcow2,node-name=r,file.driver=file,file.filename=x.qcow2 -device"
            + " virtio-blk-pci,drive=r",
        "-pflash a.img -drive if=pflash,format=raw,readonly=on,file=rom",
        "-fda a.img -boot d",
        "-drive file=c.iso,media=cdrom,format=raw -drive file=b.img,format=raw,if=virtio,readonly=on",
        "-S -s -display none",
        "-gdb tcp::9000 -vga std",
        "-serial mon:stdio -serial null -parallel none",
        "-chardev stdio,id=c,mux=on -serial chardev:c",
        "-chardev file,id=c,path=log -device isa-serial,chardev=c",
        "-serial none",
        "-nic none",
        "-nic user,model=e1000",
        "-netdev user,id=n,restrict=on -device virtio-net-pci,netdev=n",
        "-object rng-random,id=r,filename=/dev/urandom -device virtio-rng-pci,rng=r",
        "-rtc base=2020-01-01 -icount shift=3 -accel tcg,thread=single -no-reboot",
        "-device e1000,romfile=rom -fw_cfg name=opt/a/b,file=rom -smbios type=1,serial=x",
        "-device {\"driver\":\"e1000\",\"mac\":\"52:54:00:12:34:56\"}",
        "-action reboot=shutdown -usb -device usb-tablet -k de"
      })
  void aGuestIsTheSameWhereItIsJudgedAgain(String line) throws Exception {
    GuestDefinition here = guest(line);
    List<String> words = carried(here);
    GuestDefinition there = judged(words);
    assertThat(there.arguments()).isEqualTo(here.arguments());
    assertThat(there.machineType()).isEqualTo(here.machineType());
    assertThat(there.machineOptions()).isEqualTo(here.machineOptions());
    assertThat(there.ramBytes()).isEqualTo(here.ramBytes());
    assertThat(there.console()).isEqualTo(here.console());
    assertThat(there.screen()).isEqualTo(here.screen());
    assertThat(there.startPaused()).isEqualTo(here.startPaused());
    assertThat(there.gdb()).isEqualTo(here.gdb());
    assertThat(there.disks()).hasSameSizeAs(here.disks());
    assertThat(there.disks()).allMatch(DiskDefinition::raw);
    assertThat(there.disks())
        .extracting(DiskDefinition::image)
        .isEqualTo(here.disks().stream().map(DiskDefinition::image).toList());
    assertThat(StrangersLine.problems(words, folder.toString())).isEmpty();
    assertThat(StrangersLine.problems(there, folder.toString())).isEmpty();
    // nothing of this machine if none of these files came along
    if (here.arguments().toString().contains(folder.toString()) || !here.disks().isEmpty()) {
      assertThat(StrangersLine.problems(there, "/elsewhere")).isNotEmpty();
    }
  }

  /** QEMU would look into it, and there it is somebody else's. */
  @Test
  void aFileWithoutAFormatIsCarriedAsARawOne() throws Exception {
    assertThat(carried(guest("-cdrom c.iso")))
        .containsSequence("-drive", "index=2,media=cdrom,file=" + folder + "/c.iso,format=raw");
    assertThat(carried(guest("-drive file=c.iso,media=cdrom")))
        .containsSequence("-drive", "file=" + folder + "/c.iso,media=cdrom,format=raw");
    assertThat(carried(guest("-drive if=none,id=empty,media=cdrom")))
        .containsSequence("-drive", "if=none,id=empty,media=cdrom");
  }

  @Test
  void whatOnlyWatchesQemuAndPortsOfTheHostStayBehind() throws Exception {
    GuestDefinition here =
        guest("-d int -D log -trace enable=x -netdev user,id=n,hostfwd=tcp::2222-:22");
    assertThat(here.portForwards()).hasSize(1);
    assertThat(carried(here)).doesNotContain("-d", "-D", "-trace");
    assertThat(judged(carried(here)).portForwards()).isEmpty();
  }

  @Test
  void theMachineTypeIsTheOneThatIsGiven() throws Exception {
    List<String> words =
        CarriedLine.of(guest("-M pc,usb=off"), "pc-i440fx-7.2", word -> word, disk -> "");
    assertThat(words).startsWith("-machine", "pc-i440fx-7.2,usb=off");
  }
}

package dev.marey.machine.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.machine.PortForward;
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
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineTest {

  private static final String CONSOLE =
      "-chardev socket,id=marey.console,path={marey.console} -serial chardev:marey.console";

  @TempDir Path folder;

  @BeforeEach
  void aProgramAndFiles() throws IOException {
    Path program =
        Files.write(folder.resolve("qemu-system-x86_64"), new byte[] {0x7f, 'E', 'L', 'F'});
    assertThat(program.toFile().setExecutable(true)).isTrue();
    for (String name : List.of("bzImage", "initrd", "disk.img", "cd.iso", "bios.bin")) {
      Files.writeString(folder.resolve(name), name);
    }
  }

  private CommandLine line(String options) {
    return CommandLine.parse("./qemu-system-x86_64 " + options, Map.of(), folder);
  }

  private GuestDefinition guest(String options) throws CommandLineException {
    return line(options).accept();
  }

  private String arguments(String options) throws CommandLineException {
    return String.join(" ", guest(options).arguments());
  }

  private CommandLineProblem problem(String options) {
    List<CommandLineProblem> problems = line(options).problems();
    assertThat(problems).hasSize(1);
    return problems.get(0);
  }

  @Test
  void aPlainLineGetsAConsoleAScreenAndAClockThatGoesBack() throws CommandLineException {
    GuestDefinition guest =
        guest("-kernel bzImage -initrd initrd -append 'console=ttyS0 quiet' -m 1G");
    assertThat(guest.ramBytes()).isEqualTo(1L << 30);
    assertThat(guest.console()).isTrue();
    assertThat(guest.screen()).isTrue();
    assertThat(guest.startPaused()).isFalse();
    assertThat(guest.notices()).isEmpty();
    assertThat(guest.qemu()).isEqualTo(folder.resolve("qemu-system-x86_64"));
    assertThat(guest.arguments())
        .containsExactly(
            "-kernel", folder.resolve("bzImage").toString(),
            "-initrd", folder.resolve("initrd").toString(),
            "-append", "console=ttyS0 quiet",
            "-chardev", "socket,id=marey.console,path={marey.console}",
            "-serial", "chardev:marey.console",
            "-rtc", "clock=vm",
            "-accel", "tcg");
  }

  @Test
  void aDefinitionSurvivesJson() throws MachineException {
    GuestDefinition guest =
        guest("-M q35,vmport=off -s -S -nic user,hostfwd=tcp::22-:22 -qmp stdio -serial null");
    assertThat(GuestDefinition.fromJson(guest.toJson())).isEqualTo(guest);
  }

  @Test
  void damagedJsonIsRefusedInWords() {
    assertThatThrownBy(() -> GuestDefinition.fromJson("{\"qemu\": \"x\"}"))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("The description of the guest cannot be read");
  }

  @Test
  void severalMachineOptionsBecomeOne() throws CommandLineException {
    GuestDefinition guest = guest("-machine q35,accel=tcg,vmport=off -M smm=off -nographic");
    assertThat(guest.machineType()).isEqualTo("q35");
    assertThat(guest.machineOptions()).isEqualTo("vmport=off,smm=off,graphics=off");
    assertThat(guest.screen()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-enable-kvm | KVM writes guest RAM past what Marey watches | Marey runs guests with TCG",
        "--enable-kvm | KVM | TCG",
        "-accel kvm | TCG only | -accel tcg",
        "-accel kvm -accel tcg | TCG only | -accel tcg",
        "-accel hvf | TCG only | -accel tcg",
        "-machine pc,accel=kvm | TCG only | accel=tcg",
        "-machine accel=kvm:tcg | TCG only | accel=tcg",
        "-cpu host | by KVM only | -cpu max",
        "-M xenpv | no RAM that Marey could provide | pc, q35 or microvm",
        "-xen-attach | Xen runs | TCG",
        "-incoming defer | decided by Marey | boot the guest",
        "-mem-path /dev/hugepages | Marey's own memory | Remove",
        "-mem-prealloc | lazy reverts | Remove",
        "-machine memory-backend=x | Marey's own memory | -m",
        "-object memory-backend-ram,id=x,size=1G | Marey's own memory | -m",
        "-object '{\"qom-type\":\"memory-backend-memfd\",\"id\":\"x\"}' | Marey's own memory | -m",
        "-numa node,memdev=x | one piece | Remove",
        "-m 1G,slots=2,maxmem=4G | plugged in later | -m 1G",
        "-m size=1G,maxmem=4G | plugged in later | -m 1G",
        "-m lots | no size | -m 512M",
        "-overcommit mem-lock=on | locked pages | mem-lock=off",
        "-daemonize | would end at once | Remove",
        "-device vhost-vsock-pci,guest-cid=3 | past what Marey watches | Remove",
        "-netdev tap,id=n,vhost=on | past what Marey watches | -netdev user",
        "-netdev vhost-user,id=n,chardev=c | past what Marey watches | -netdev user",
        "-netdev tap,id=n | one QEMU alone | -netdev user,id=ID",
        "-nic bridge | one QEMU alone | -nic user",
        "-nic user,smb=/srv | start programs | tftp",
        "-device vfio-pci,host=01:00.0 | past what Marey watches | Remove",
        "-device ivshmem-plain,memdev=m | past what Marey watches | Remove",
        "-device virtio-balloon-pci | past what Marey watches | Remove",
        "-device virtio-balloon-pci,free-page-reporting=on | past what Marey watches | Remove",
        "-device virtio-mem-pci,memdev=m | beside the RAM | -m",
        "-device virtio-pmem-pci,memdev=m | beside the RAM | -m",
        "-device nvdimm,memdev=m | beside the RAM | -m",
        "-machine pc,nvdimm=on | beside the RAM | Remove",
        "-device nvme,serial=1 | cannot save its state | virtio-blk-pci",
        "-device virtio-9p-pci,fsdev=f,mount_tag=t | cannot save its state | initrd",
        "-device virtio-vga-gl | cannot save its state | without gl",
        "-device usb-host | device of the host | Remove",
        "-virtfs local,path=/,mount_tag=t,security_model=none | do not go back | initrd",
        "-fsdev local,id=f,path=/ | do not go back | initrd",
        "-hda disk.img | can write this disk | readonly=on",
        "-fda disk.img | can write this disk | readonly=on",
        "-sd disk.img | can write this disk | readonly=on",
        "-mtdblock disk.img | can write this disk | readonly=on",
        "disk.img | takes it for a hard disk | readonly=on",
        "-drive file=disk.img,format=raw | can write this disk | readonly=on",
        "-drive file=disk.img,if=pflash,format=raw | can write this disk | Add readonly=on",
        "-drive file=disk.img,snapshot=on | temporary file | readonly=on",
        "-snapshot | temporary file | readonly=on",
        "-blockdev driver=file,node-name=f,filename=disk.img | can write this disk | read-only=on",
        "-pflash disk.img | go back with its RAM | readonly=on",
        "-loadvm x | not Marey's nodes | boot the guest",
        "-icount shift=5,rr=record,rrfile=f | not combined with snapshots yet | Remove rr",
        "-runas nobody | changes the process | start Marey as that user",
        "-chroot / | changes the process | start Marey as that user",
        "-run-with user=nobody | changes the process | start Marey as that user",
        "-sandbox on | filter | Remove",
        "-readconfig f | are not judged | command line",
        "-tpmdev passthrough,id=t | outside of QEMU | Remove",
        "-set drive.x.file=y | behind their back | Write the property there",
        "-add-fd fd=3,set=1 | not handed on | path",
        "-global migration.send-configuration=off | decided by Marey | Remove",
        "-gdb unix:/tmp/x | on a port of this machine only | -gdb tcp::1234",
        "-preconfig | itself | Remove",
        "-usbdevice host:1.2 | device of the host | -device",
        "-machine help | print something | pc",
        "-device help | print something | Remove",
        "-nosuchoption | no option of qemu-system-x86_64 | spelling",
        "-m | value is missing | behind the option",
        "-kernel nowhere | there is no file | Check the name",
        "-cdrom nowhere.iso | there is no file | Check the name",
        "-drive file=nowhere,readonly=on | there is no file | Check the name",
        "-bios ./nowhere | there is no file | Check the name"
      })
  void whatCannotBeCombinedIsRefusedWithReasonAndRemedy(
      String options, String what, String remedy) {
    assertThat(line(options).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.what()).containsIgnoringCase(what);
              assertThat(problem.remedy()).contains(remedy);
            });
  }

  @Test
  void aMissingFileIsNamedWithItsWholePath() {
    assertThat(problem("-kernel sub/nowhere"))
        .isEqualTo(
            new CommandLineProblem(
                21,
                40,
                "-kernel sub/nowhere",
                "There is no file " + folder.resolve("sub/nowhere") + ".",
                "Check the name."));
  }

  @Test
  void problemsComeInTheOrderOfTheTextAndCoverOptionAndValue() {
    assertThat(line("-enable-kvm -m 64 -hda 'disk.img'").problems())
        .extracting(CommandLineProblem::startChar, CommandLineProblem::endChar)
        .containsExactly(tuple(21, 32), tuple(39, 54));
  }

  @Test
  void everyProblemIsInTheMessage() {
    assertThatThrownBy(() -> guest("-enable-kvm -snapshot"))
        .isInstanceOf(CommandLineException.class)
        .hasMessageContaining("cannot be used in Marey as it is")
        .hasMessageContaining("-enable-kvm: KVM")
        .hasMessageContaining("-snapshot: What the guest writes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-drive file=cd.iso,media=cdrom",
        "-drive file=disk.img,if=virtio,format=raw,readonly=on",
        "-drive if=none,id=empty",
        "-drive driver=null-co,if=virtio",
        "-blockdev driver=raw,node-name=d,file=f,read-only=on -blockdev driver=file,node-name=f,filename=disk.img",
        "-blockdev '{\"driver\":\"null-co\",\"node-name\":\"n\"}'",
        "-overcommit cpu-pm=on",
        "-sandbox off",
        "-icount shift=3",
        "-accel tcg,thread=single",
        "-cpu max -smp 2 -usb -usbdevice tablet",
        "-object rng-random,id=r,filename=/dev/urandom -device virtio-rng-pci,rng=r",
        "-drive file=https://example.org/x.img,readonly=on",
        "-initrd 'bzImage arg=1,initrd'",
        "-bios bios-256k.bin -k de"
      })
  void whatDoesNoHarmIsKept(String options) {
    assertThat(line(options).problems()).isEmpty();
  }

  @Test
  void relativePathsBecomeAbsolute() throws CommandLineException {
    assertThat(arguments("-cdrom cd.iso -bios bios.bin -drive file=disk.img,readonly=on"))
        .startsWith(
            "-cdrom %1$s/cd.iso -bios %1$s/bios.bin -drive file=%1$s/disk.img,readonly=on"
                .formatted(folder));
  }

  @Test
  void portsAreTakenOutAndOpenedForTheLiveMachine() throws CommandLineException {
    GuestDefinition guest =
        guest(
            "-netdev user,id=n,hostfwd=tcp::2222-:22,restrict=on,hostfwd=udp::53-:53"
                + " -nic user,model=e1000,hostfwd=tcp::80-:80");
    assertThat(guest.portForwards())
        .containsExactly(
            new PortForward("n", "tcp::2222-:22"),
            new PortForward("n", "udp::53-:53"),
            new PortForward("marey.net0", "tcp::80-:80"));
    assertThat(String.join(" ", guest.arguments()))
        .contains("-netdev user,id=n,restrict=on ")
        .contains("-nic user,model=e1000,id=marey.net0 ");
  }

  @Test
  void theGdbWishIsRecordedAndNotGivenToQemu() throws CommandLineException {
    assertThat(guest("-s").gdb()).contains("tcp::1234");
    assertThat(guest("-gdb tcp::9000").gdb()).contains("tcp::9000");
    assertThat(arguments("-s -S")).doesNotContain("-s ").doesNotContain("-S");
    assertThat(guest("-S").startPaused()).isTrue();
  }

  @Test
  void monitorsPidfileAndDisplaysAreLeftOutWithNotices() throws CommandLineException {
    GuestDefinition guest =
        guest(
            "-monitor stdio -qmp tcp::4444,server=on -pidfile p -vnc :1 -display gtk -full-screen");
    assertThat(String.join(" ", guest.arguments()))
        .isEqualTo(CONSOLE + " -rtc clock=vm -accel tcg");
    assertThat(guest.notices())
        .containsExactly(
            "-monitor stdio: left out; use Marey's monitor console.",
            "-qmp tcp::4444,server=on: left out; use Marey's monitor console.",
            "-pidfile p: left out; there is more than one QEMU.",
            "-vnc :1: left out; Marey shows the screen itself.",
            "-display gtk: left out; Marey shows the screen itself.",
            "-full-screen: left out; Marey shows the screen itself.");
    assertThat(guest.screen()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-serial stdio | " + CONSOLE,
        "-serial mon:stdio -serial tcp::1 | " + CONSOLE + " -serial null",
        "-serial none -serial pty | -serial none " + CONSOLE,
        "-serial none | -serial none",
        "-nodefaults | -nodefaults",
        "-nodefaults -serial stdio | -nodefaults " + CONSOLE,
        "-chardev stdio,id=c,mux=on -serial chardev:c -mon chardev=c"
            + " | -chardev socket,id=c,path={marey.console},mux=on -serial chardev:c",
        "-nodefaults -chardev pty,id=c -device isa-serial,chardev=c"
            + " | -nodefaults -device isa-serial,chardev=c"
            + " -chardev socket,id=c,path={marey.console}",
        "-serial none -chardev file,id=f,path=/x -device virtserialport,chardev=f"
            + " | -device virtserialport,chardev=f -chardev null,id=f -serial none"
      })
  void theFirstSerialPortIsTheConsole(String options, String expected) throws CommandLineException {
    GuestDefinition guest = guest(options);
    assertThat(String.join(" ", guest.arguments()))
        .isEqualTo(expected + " -rtc clock=vm -accel tcg");
    assertThat(guest.console()).isEqualTo(expected.contains("{marey.console}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-vga none | false",
        "-vga std -nodefaults | true",
        "-nodefaults | false",
        "-nodefaults -device virtio-gpu-pci | true",
        "-display none | false",
        "-nographic -vga std | false",
        "-M microvm | false"
      })
  void aScreenIsShownWhereThereIsAGraphicsCardAndAWishForIt(String options, boolean screen)
      throws CommandLineException {
    assertThat(guest(options).screen()).isEqualTo(screen);
  }

  @Test
  void theGuestsClockIsAlwaysVirtual() throws CommandLineException {
    GuestDefinition guest = guest("-rtc base=localtime,clock=host");
    assertThat(guest.arguments()).contains("base=localtime,clock=vm");
    assertThat(guest.notices())
        .containsExactly(
            "-rtc base=localtime,clock=host: clock=vm is used instead, so that the guest's clock goes"
                + " back with the guest.");
  }

  @Test
  void soundAndLogsDoNotCollideBetweenProcesses() throws CommandLineException {
    assertThat(arguments("-audiodev wav,id=a,path=/x.wav -device AC97,audiodev=a -d int -D q.log"))
        .startsWith(
            "-audiodev none,id=a -device AC97,audiodev=a -d int -D " + folder + "/q.log.%d ");
  }

  @Test
  void powerOffAndPanicAlwaysKeepTheLastState() throws CommandLineException {
    GuestDefinition guest = guest("-no-shutdown -action panic=exit-failure,reboot=shutdown");
    assertThat(guest.arguments()).containsSequence("-action", "reboot=shutdown");
    assertThat(guest.notices())
        .containsExactly(
            "-action panic=exit-failure,reboot=shutdown: panic is always pause, so that the last state"
                + " stays.");
  }

  @Test
  void wrappersAndOtherArchitecturesAreRefusedByName() throws IOException {
    assertThat(CommandLine.parse("sudo qemu-system-x86_64 -m 64", Map.of(), folder).problems())
        .singleElement()
        .extracting(CommandLineProblem::describe)
        .isEqualTo(
            "sudo: It starts QEMU for somebody else; Marey has to start it itself. Begin the line with"
                + " qemu-system-x86_64.");
    assertThat(CommandLine.parse("X=1 qemu-system-x86_64", Map.of(), folder).problems())
        .anyMatch(problem -> problem.what().contains("for somebody else"));
    assertThat(CommandLine.of(List.of("qemu-system-aarch64"), folder).problems())
        .singleElement()
        .extracting(CommandLineProblem::what)
        .isEqualTo("Marey reads x86-64 guests only.");
    Path script = Files.writeString(folder.resolve("vm.sh"), "#!/bin/sh\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    assertThat(CommandLine.of(List.of("./vm.sh"), folder).problems())
        .singleElement()
        .extracting(CommandLineProblem::what)
        .asString()
        .contains("vm.sh is a script");
  }

  @Test
  void aMissingProgramSaysHowToInstallIt() {
    assertThat(CommandLine.of(List.of("no-such-qemu-here"), folder).problems())
        .singleElement()
        .extracting(CommandLineProblem::what)
        .asString()
        .contains("apt install qemu-system-x86");
    assertThat(CommandLine.of(List.of("./missing"), folder).problems())
        .singleElement()
        .extracting(CommandLineProblem::what)
        .asString()
        .contains("There is no program at " + folder.resolve("missing"));
  }

  @Test
  void anEmptyLineIsAProblem() {
    assertThat(CommandLine.parse("  # nothing\n", Map.of(), folder).problems())
        .singleElement()
        .extracting(CommandLineProblem::what)
        .isEqualTo("The line is empty.");
  }
}

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
    for (String name : List.of("bzImage", "initrd", "disk.img", "cd.iso", "bios.bin", "odd:name")) {
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
        guest(
            "-M q35,vmport=off -s -S -nic user,hostfwd=tcp::22-:22 -qmp stdio -serial null"
                + " -hda disk.img -object secret,id=s,data=x"
                + " -drive file=cd.iso,format=luks,key-secret=s,if=virtio");
    assertThat(guest.disks()).hasSize(2);
    assertThat(GuestDefinition.fromJson(guest.toJson())).isEqualTo(guest);
  }

  @Test
  void aDefinitionFromBeforeThereWereDisksHasNone() throws MachineException {
    GuestDefinition guest = guest("-m 64");
    String json = guest.toJson().replaceFirst("\"disks\" : \\[ \\],\\s*", "");
    assertThat(json).isNotEqualTo(guest.toJson());
    assertThat(GuestDefinition.fromJson(json)).isEqualTo(guest);
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
    assertThat(line("-enable-kvm -m 64 -hda 'nbd:h:1'").problems())
        .extracting(CommandLineProblem::startChar, CommandLineProblem::endChar)
        .containsExactly(tuple(21, 32), tuple(39, 53));
  }

  @Test
  void everyProblemIsInTheMessage() {
    assertThatThrownBy(() -> guest("-enable-kvm -daemonize"))
        .isInstanceOf(CommandLineException.class)
        .hasMessageContaining("cannot be used in Marey as it is")
        .hasMessageContaining("-enable-kvm: KVM")
        .hasMessageContaining("-daemonize: The process Marey watches would end at once");
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
        "-overcommit mem-lock=off",
        "-M q35,cxl=off,nvdimm=no",
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-device loader,file=bios.bin,addr=0x1000 | -device loader,file=FOLDER/bios.bin,addr=0x1000",
        "-device e1000,romfile=bios.bin | -device e1000,romfile=FOLDER/bios.bin",
        "-device e1000,romfile= | -device e1000,romfile=",
        "-device e1000,romfile=efi-e1000.rom | -device e1000,romfile=efi-e1000.rom",
        "-device '{\"driver\":\"loader\",\"file\":\"bios.bin\",\"addr\":4096}'"
            + " | -device {\"driver\":\"loader\",\"file\":\"FOLDER/bios.bin\",\"addr\":4096}",
        "-object secret,id=s,file=initrd | -object secret,id=s,file=FOLDER/initrd",
        "-object '{\"qom-type\":\"secret\",\"id\":\"s\",\"file\":\"initrd\"}'"
            + " | -object {\"qom-type\":\"secret\",\"id\":\"s\",\"file\":\"FOLDER/initrd\"}",
        "-blockdev file,node-name=f,filename=disk.img,read-only=on"
            + " | -blockdev file,node-name=f,filename=FOLDER/disk.img,read-only=on",
        "-blockdev file,node-name=f,filename=odd:name,read-only=on"
            + " | -blockdev file,node-name=f,filename=FOLDER/odd:name,read-only=on",
        "-blockdev '{\"driver\":\"raw\",\"node-name\":\"d\",\"read-only\":true,"
            + "\"file\":{\"driver\":\"file\",\"filename\":\"disk.img\"}}'"
            + " | -blockdev {\"driver\":\"raw\",\"node-name\":\"d\",\"read-only\":true,"
            + "\"file\":{\"driver\":\"file\",\"filename\":\"FOLDER/disk.img\"}}",
        "-drive driver=vvfat,dir=.,readonly=on | -drive driver=vvfat,dir=FOLDER,readonly=on",
        "-drive file=fat:.,format=raw,readonly=on | -drive file=fat:FOLDER,format=raw,readonly=on",
        "-drive driver=nbd,server.type=unix,server.path=disk.img,readonly=on"
            + " | -drive driver=nbd,server.type=unix,server.path=FOLDER/disk.img,readonly=on",
        "-cdrom file:cd.iso | -cdrom file:FOLDER/cd.iso",
        "-acpitable file=bios.bin:initrd | -acpitable file=FOLDER/bios.bin:FOLDER/initrd",
        "-smbios type=11,path=initrd | -smbios type=11,path=FOLDER/initrd",
        "-fw_cfg opt/x,file=initrd | -fw_cfg opt/x,file=FOLDER/initrd",
        "-option-rom bios.bin,bootindex=1 | -option-rom FOLDER/bios.bin,bootindex=1",
        "-boot order=c,splash=initrd | -boot order=c,splash=FOLDER/initrd",
        "-initrd 'bzImage a=1,initrd' | -initrd FOLDER/bzImage a=1,FOLDER/initrd",
        "-trace enable=x,events=initrd | -trace x,events=FOLDER/initrd",
        "-nic user,tftp=. | -nic user,tftp=FOLDER"
      })
  void pathsBecomeAbsoluteWhereverTheyStand(String options, String expected)
      throws CommandLineException {
    assertThat(arguments(options)).startsWith(expected.replace("FOLDER", folder.toString()) + " ");
  }

  @Test
  void pathsOfTheMachineBecomeAbsoluteToo() throws CommandLineException {
    assertThat(guest("-M pc,kernel=bzImage,initrd=initrd,firmware=bios-256k.bin").machineOptions())
        .isEqualTo(
            "kernel=%1$s/bzImage,initrd=%1$s/initrd,firmware=bios-256k.bin".formatted(folder));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-M pc,memory.size=2G | 2147483648",
        "-M pc,memory.size=1048576 | 1048576",
        "-m 64 -M pc,memory.size=2G | 67108864",
        "-M pc,memory.size=2G -m 64 | 67108864"
      })
  void theSizeOfTheMachinesMemoryIsReadAsQemuReadsIt(String options, long bytes)
      throws CommandLineException {
    GuestDefinition guest = guest(options);
    assertThat(guest.ramBytes()).isEqualTo(bytes);
    assertThat(guest.machineOptions()).isEmpty();
  }

  @Test
  void portsInJsonAreTakenOutAsWell() throws CommandLineException {
    GuestDefinition guest =
        guest(
            "-netdev '{\"type\":\"user\",\"id\":\"n\",\"hostfwd\":[{\"str\":\"tcp::2222-:22\"},"
                + "{\"str\":\"udp::53-:53\"}],\"restrict\":true}'");
    assertThat(guest.portForwards())
        .containsExactly(
            new PortForward("n", "tcp::2222-:22"), new PortForward("n", "udp::53-:53"));
    assertThat(guest.arguments())
        .containsSequence("-netdev", "{\"type\":\"user\",\"id\":\"n\",\"restrict\":true}");
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
        "-serial file:out.log | leads to Marey's console only, which keeps what is printed.",
        "-serial tcp::4445,server=on | leads to Marey's console only, which keeps what is printed.",
        "-serial pty | leads to Marey's console only, which keeps what is printed.",
        "-chardev stdio,id=c,logfile=l | leads to Marey's console only, which keeps what is printed.",
        "-parallel file:p.log | leads nowhere, because more than one QEMU would share it.",
        "-gdb tcp:0.0.0.0:1234 | gdb can connect from this machine only, at 127.0.0.1.",
        "-trace enable=x,file=t | its file is left out, because more than one QEMU would write it.",
        "-audio alsa,model=ac97 | the guest has its sound card, but nobody hears it."
      })
  void whatBecomesOtherThanAskedForIsTold(String option, String notice)
      throws CommandLineException {
    String line = option.startsWith("-chardev") ? option + " -serial chardev:c" : option;
    assertThat(guest(line).notices()).containsExactly(option + ": " + notice);
  }

  @Test
  void everyPortBehindTheFirstIsToldToLeadNowhere() throws CommandLineException {
    assertThat(guest("-serial stdio -serial file:b").notices())
        .containsExactly(
            "-serial file:b: leads nowhere; Marey's console shows the first serial port.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-serial stdio",
        "-serial mon:stdio",
        "-gdb tcp::1234",
        "-gdb tcp:127.0.0.1:1",
        "-s"
      })
  void whatIsDoneAsAskedForIsNotTold(String options) throws CommandLineException {
    assertThat(guest(options).notices()).isEmpty();
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
            "-rtc base=localtime,clock=host: clock=vm is used instead, so that the battery clock goes"
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
    assertThat(CommandLine.of(List.of("sh", "-x"), folder).problems())
        .extracting(CommandLineProblem::what)
        .first()
        .asString()
        .endsWith("sh is not QEMU by its name.");
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

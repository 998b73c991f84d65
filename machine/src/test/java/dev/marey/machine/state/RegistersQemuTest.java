package dev.marey.machine.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What we read from a state against what QEMU itself prints of the same pause. */
@Timeout(60)
final class RegistersQemuTest {

  private static final Pattern SEGMENT =
      Pattern.compile("(?m)^(..)\\s?\\s?=([0-9a-f]{4}) ([0-9a-f]{16}) ([0-9a-f]{8}) ");
  private static final Pattern SYSTEM_SEGMENT =
      Pattern.compile("(?m)^(LDT|TR) ?=([0-9a-f]{4}) ([0-9a-f]{16}) ([0-9a-f]{8}) ");
  private static final Pattern TABLE =
      Pattern.compile("(?m)^(GDT|IDT)= +([0-9a-f]{16}) ([0-9a-f]{8})");
  private static final Pattern WIDE =
      Pattern.compile("(XMM[0-9]{2})=([0-9a-f]{16}) ([0-9a-f]{16})");
  private static final Pattern FLOATING = Pattern.compile("(FPR.)=([0-9a-f]{16}) ([0-9a-f]{4})");
  private static final Pattern PLAIN =
      Pattern.compile("\\b(R[A-Z0-9]{1,2} ?|CR.|DR.|EFER|RFL|FCW|FSW|MXCSR)=([0-9a-f]+)");

  @TempDir Path folder;

  /** All registers that {@code info registers} prints of one CPU, under our names. */
  private static Map<String, String> printed(String text) {
    Map<String, String> values = new TreeMap<>();
    for (Pattern pattern : List.of(SEGMENT, SYSTEM_SEGMENT)) {
      Matcher segment = pattern.matcher(text);
      while (segment.find()) {
        String name = segment.group(1).strip();
        values.put(name, segment.group(2));
        values.put(name + " base", segment.group(3));
        values.put(name + " limit", segment.group(4));
      }
    }
    Matcher table = TABLE.matcher(text);
    while (table.find()) {
      values.put(table.group(1) + " base", table.group(2));
      values.put(table.group(1) + " limit", table.group(3));
    }
    Matcher wide = WIDE.matcher(text);
    while (wide.find()) {
      values.put(wide.group(1).replaceFirst("XMM0?", "XMM"), wide.group(2) + wide.group(3));
    }
    Matcher floating = FLOATING.matcher(text);
    while (floating.find()) {
      values.put(floating.group(1), floating.group(3) + floating.group(2));
    }
    Matcher plain = PLAIN.matcher(text);
    while (plain.find()) {
      String name = plain.group(1).strip();
      values.put(name.equals("RFL") ? "EFLAGS" : name, plain.group(2));
    }
    return values;
  }

  private static Map<String, String> read(Registers registers) {
    Map<String, String> values = new TreeMap<>();
    for (Register register : registers.all()) {
      if (register.group() != Register.Group.MODEL_SPECIFIC) {
        values.put(register.name(), register.hex());
      }
    }
    // QEMU prints CR0 with 32 bits.
    values.computeIfPresent("CR0", (name, hex) -> hex.substring(8));
    values.computeIfPresent("CR4", (name, hex) -> hex.substring(8));
    return values;
  }

  @Test
  void everyRegisterIsWhatQemuPrints() throws Exception {
    Path ram = TestQemu.ram(folder.resolve("ram"));
    Path floppy = BootSector.write(folder.resolve("floppy"));
    TestQemu.Setup setup =
        TestQemu.Setup.pc(ram, "-drive", "if=floppy,format=raw,read-only=on,file=" + floppy);
    try (TestQemu qemu = TestQemu.start(folder, setup)) {
      qemu.awaitDebugConsole("U");
      qemu.stop();
      String text = qemu.registers();
      Registers registers = Registers.of(StateTree.of(qemu.migrate())).get(0);
      assertThat(read(registers)).isEqualTo(printed(text)).hasSizeGreaterThan(70);
      assertThat(registers.mode()).isEqualTo("64-bit");
      assertThat(registers.halted()).isFalse();
      assertThat(registers.find("rsi")).map(Register::bits).contains(0xdeadbeefcafeL);
      assertThat(registers.find("XMM3")).map(Register::bits).contains(0xfedcba9876543210L);
      assertThat(registers.find("GS base")).map(Register::bits).contains(0x7fff12345678L);
      assertThat(registers.find("EFER")).map(Register::decoded).contains("SCE LME LMA NXE");
      assertThat(registers.find("CS")).map(Register::decoded).contains("DPL=0 code64 r-x");
      assertThat(registers.group(Register.Group.DEBUG)).hasSize(6);
    }
  }

  @Test
  void theSecondCpuStillWaitsInRealMode() throws Exception {
    Path ram = TestQemu.ram(folder.resolve("ram"));
    Path floppy = BootSector.write(folder.resolve("floppy"));
    TestQemu.Setup setup =
        TestQemu.Setup.pc(
            ram, "-drive", "if=floppy,format=raw,read-only=on,file=" + floppy, "-smp", "2");
    try (TestQemu qemu = TestQemu.start(folder, setup)) {
      qemu.awaitDebugConsole("U");
      qemu.stop();
      List<Registers> cpus = Registers.of(StateTree.of(qemu.migrate()));
      assertThat(cpus).extracting(Registers::cpu).containsExactly(0, 1);
      assertThat(cpus).extracting(Registers::halted).containsExactly(false, true);
      // QEMU prints 32 bits of a CPU that is not in 64-bit mode.
      String eip =
          cpus.get(1).find("RIP").map(rip -> "EIP=" + rip.hex().substring(8)).orElseThrow();
      assertThat(qemu.registers()).contains(eip);
      assertThat(cpus.get(1).mode()).isNotEqualTo("64-bit");
    }
  }
}

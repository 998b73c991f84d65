package dev.marey.machine.state;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The registers of one x86 virtual CPU, read from a device state.
 *
 * @param cpu number of the virtual CPU, from 0
 * @param mode what the processor executes, such as {@code 64-bit}, {@code real mode}
 * @param halted whether it waits for an interrupt
 */
public record Registers(int cpu, String mode, boolean halted, List<Register> all) {

  // QEMU's order, target/i386/cpu.h
  private static final String[] GENERAL = {
    "RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8", "R9", "R10", "R11", "R12", "R13",
    "R14", "R15"
  };
  private static final int[] GENERAL_ORDER = {0, 3, 1, 2, 6, 7, 5, 4, 8, 9, 10, 11, 12, 13, 14, 15};
  private static final String[] SEGMENTS = {"ES", "CS", "SS", "DS", "FS", "GS"};
  private static final BigInteger HIGH = BigInteger.ONE.shiftLeft(Long.SIZE);

  public Registers {
    all = List.copyOf(all);
  }

  /**
   * All virtual CPUs whose section could be taken apart, in order.
   *
   * @return empty if the state has none, or shows them as bytes
   */
  public static List<Registers> of(StateTree tree) {
    List<Registers> cpus = new ArrayList<>();
    for (StateNode root : tree.roots()) {
      if (root.type().equals("device")
          && root.name().equals("cpu")
          && tree.find(root.path() + "/env.eip").isPresent()) {
        String instance = root.path().substring("cpu[".length(), root.path().length() - 1);
        cpus.add(new Reader(tree, instance).read());
      }
    }
    return List.copyOf(cpus);
  }

  /** A register by its name, upper or lower case. */
  public Optional<Register> find(String name) {
    return all.stream().filter(register -> register.name().equalsIgnoreCase(name)).findFirst();
  }

  public List<Register> group(Register.Group group) {
    return all.stream().filter(register -> register.group() == group).toList();
  }

  /** Collects the registers of one CPU; what the state does not have is left out. */
  private static final class Reader {

    private final StateTree tree;
    private final String instance;
    private final String env;
    private final List<Register> registers = new ArrayList<>();

    Reader(StateTree tree, String instance) {
      this.tree = tree;
      this.instance = instance;
      this.env = "cpu[" + instance + "]/env.";
    }

    Registers read() {
      for (int number : GENERAL_ORDER) {
        add(GENERAL[number], Register.Group.GENERAL, "regs[" + number + "]", 64, RegisterBits.NONE);
      }
      add("RIP", Register.Group.GENERAL, "eip", 64, RegisterBits.NONE);
      add("EFLAGS", Register.Group.GENERAL, "eflags", 32, RegisterBits.EFLAGS);
      for (int number : new int[] {1, 2, 3, 0, 4, 5}) {
        segment(SEGMENTS[number], "segs[" + number + "]");
      }
      segment("LDT", "ldt");
      segment("TR", "tr");
      table("GDT", "gdt");
      table("IDT", "idt");
      add("CR0", Register.Group.CONTROL, "cr[0]", 64, RegisterBits.CR0);
      add("CR2", Register.Group.CONTROL, "cr[2]", 64, RegisterBits.NONE);
      add("CR3", Register.Group.CONTROL, "cr[3]", 64, RegisterBits.CR3);
      add("CR4", Register.Group.CONTROL, "cr[4]", 64, RegisterBits.CR4);
      add("EFER", Register.Group.CONTROL, "efer", 64, RegisterBits.EFER);
      debug();
      modelSpecific();
      floatingPoint();
      vectors();
      boolean halted =
          number("cpu_common[" + instance + "]/halted").map(value -> value != 0).orElse(false);
      return new Registers((int) Long.parseLong(instance), mode(), halted, registers);
    }

    private void debug() {
      for (int number : new int[] {0, 1, 2, 3, 6, 7}) {
        RegisterBits bits =
            number == 6 ? RegisterBits.DR6 : number == 7 ? RegisterBits.DR7 : RegisterBits.NONE;
        add("DR" + number, Register.Group.DEBUG, "dr[" + number + "]", 64, bits);
      }
    }

    private void modelSpecific() {
      Register.Group group = Register.Group.MODEL_SPECIFIC;
      add("STAR", group, "star", 64, RegisterBits.NONE);
      add("LSTAR", group, "lstar", 64, RegisterBits.NONE);
      add("CSTAR", group, "cstar", 64, RegisterBits.NONE);
      add("FMASK", group, "fmask", 64, RegisterBits.EFLAGS);
      add("KERNEL_GS_BASE", group, "kernelgsbase", 64, RegisterBits.NONE);
      add("SYSENTER_CS", group, "sysenter_cs", 32, RegisterBits.NONE);
      add("SYSENTER_ESP", group, "sysenter_esp", 64, RegisterBits.NONE);
      add("SYSENTER_EIP", group, "sysenter_eip", 64, RegisterBits.NONE);
      add("PAT", group, "pat", 64, RegisterBits.NONE);
      add("TSC_AUX", group, "tsc_aux", 64, RegisterBits.NONE);
      add("XCR0", group, "xcr0", 64, RegisterBits.NONE);
      number("apic[" + instance + "]/apicbase")
          .ifPresent(
              base -> put("APIC_BASE", group, base, 32, RegisterBits.APIC_BASE.decode(base)));
    }

    private void floatingPoint() {
      Register.Group group = Register.Group.FLOATING_POINT;
      add("FCW", group, "fpuc", 16, RegisterBits.NONE);
      add("FSW", group, "fpus_vmstate", 16, RegisterBits.NONE);
      for (int number = 0; number < 8; number++) {
        String path = env + "fpregs[" + number + "]/tmp/";
        Optional<Long> mantissa = number(path + "tmp_mant");
        Optional<Long> exponent = number(path + "tmp_exp");
        if (mantissa.isPresent() && exponent.isPresent()) {
          registers.add(
              new Register("FPR" + number, group, wide(exponent.get(), mantissa.get()), 80, ""));
        }
      }
      add("MXCSR", group, "mxcsr", 32, RegisterBits.MXCSR);
    }

    private void vectors() {
      for (int number = 0; number < 16; number++) {
        String path = env + "xmm_regs[0][" + number + "]/_q_ZMMReg";
        Optional<Long> low = number(path + "[0]");
        Optional<Long> high = number(path + "[1]");
        if (low.isPresent() && high.isPresent()) {
          registers.add(
              new Register(
                  "XMM" + number, Register.Group.VECTOR, wide(high.get(), low.get()), 128, ""));
        }
      }
    }

    /** Selector, base and limit; the flags are the upper half of a segment descriptor. */
    private void segment(String name, String field) {
      String path = env + field + "/";
      long flags = number(path + "flags").orElse(0L);
      number(path + "selector")
          .ifPresent(
              selector ->
                  put(name, Register.Group.SEGMENT, selector & 0xffff, 16, descriptor(flags)));
      table(name, field);
    }

    private void table(String name, String field) {
      Register.Group group = Register.Group.SEGMENT;
      add(name + " base", group, field + "/base", 64, RegisterBits.NONE);
      add(name + " limit", group, field + "/limit", 32, RegisterBits.NONE);
    }

    private static String descriptor(long flags) {
      if (((flags >>> 15) & 1) == 0) {
        return "not present";
      }
      String text = "DPL=" + ((flags >>> 13) & 3);
      if (((flags >>> 12) & 1) == 0) {
        return text + " system type " + ((flags >>> 8) & 15);
      }
      boolean code = ((flags >>> 11) & 1) != 0;
      boolean second = ((flags >>> 9) & 1) != 0;
      String bits =
          ((flags >>> 21) & 1) != 0 && code ? "64" : ((flags >>> 22) & 1) != 0 ? "32" : "16";
      String access = code ? (second ? "r-x" : "--x") : (second ? "rw-" : "r--");
      return text + (code ? " code" : " data") + bits + " " + access;
    }

    private String mode() {
      long cr0 = number(env + "cr[0]").orElse(0L);
      long flags = number(env + "eflags").orElse(0L);
      long code = number(env + "segs[1]/flags").orElse(0L);
      if ((cr0 & 1) == 0) {
        return "real mode";
      }
      if (((flags >>> 17) & 1) != 0) {
        return "virtual 8086";
      }
      boolean longMode = ((number(env + "efer").orElse(0L) >>> 10) & 1) != 0;
      if (longMode && ((code >>> 21) & 1) != 0) {
        return "64-bit";
      }
      return ((code >>> 22) & 1) != 0 ? "32-bit" : "16-bit protected";
    }

    private void add(
        String name, Register.Group group, String field, int widthBits, RegisterBits bits) {
      number(env + field)
          .ifPresent(value -> put(name, group, value, widthBits, bits.decode(value)));
    }

    private void put(String name, Register.Group group, long value, int widthBits, String decoded) {
      registers.add(new Register(name, group, unsigned(value), widthBits, decoded));
    }

    private Optional<Long> number(String path) {
      return tree.find(path)
          .map(StateNode::value)
          .filter(StateValue.Int.class::isInstance)
          .map(value -> ((StateValue.Int) value).bits());
    }

    private static BigInteger unsigned(long value) {
      BigInteger number = BigInteger.valueOf(value);
      return value < 0 ? number.add(HIGH) : number;
    }

    private static BigInteger wide(long high, long low) {
      return unsigned(high).shiftLeft(Long.SIZE).or(unsigned(low));
    }
  }
}

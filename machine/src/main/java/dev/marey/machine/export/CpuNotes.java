package dev.marey.machine.export;

import dev.marey.machine.state.StateNode;
import dev.marey.machine.state.StateTree;
import dev.marey.machine.state.StateValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Registers of all virtual CPUs as the notes of an ELF core, the same that QEMU's {@code
 * dump-guest-memory} writes (QEMU, target/i386/arch_dump.c).
 *
 * <pre>
 * note       le32 5, le32 length of the rest, le32 type, name and a zero padded to 8 bytes, rest
 * CORE 1     what gdb reads: elf_prstatus of the guest's width, process number = CPU + 1
 * QEMU 0     what crash reads beside it: le32 1, le32 440, general registers, segments, cr0 to cr4
 * </pre>
 */
final class CpuNotes {

  private static final int PRSTATUS = 1;
  private static final int QEMU_VERSION = 1;
  private static final int QEMU_BYTES = 440;
  private static final int NAME_BYTES = 5;
  private static final int NOTE_HEAD_BYTES = 3 * Integer.BYTES + 8;

  // QEMU's order of env.regs
  private static final int RAX = 0;
  private static final int RCX = 1;
  private static final int RDX = 2;
  private static final int RBX = 3;
  private static final int RSP = 4;
  private static final int RBP = 5;
  private static final int RSI = 6;
  private static final int RDI = 7;

  // and of env.segs
  private static final int ES = 0;
  private static final int CS = 1;
  private static final int SS = 2;
  private static final int DS = 3;
  private static final int FS = 4;
  private static final int GS = 5;

  private final StateTree tree;
  private final List<String> cpus = new ArrayList<>();

  CpuNotes(StateTree tree) {
    this.tree = tree;
    for (StateNode root : tree.roots()) {
      if (root.type().equals("device")
          && root.name().equals("cpu")
          && tree.find(root.path() + "/env.eip").isPresent()) {
        cpus.add(root.path() + "/env.");
      }
    }
  }

  /** Whether the first CPU is in long mode. */
  boolean longMode() {
    return !cpus.isEmpty() && (number(cpus.get(0) + "efer") >>> 10 & 1) != 0;
  }

  /** All notes, little-endian, position 0. */
  ByteBuffer write(boolean wide) {
    int prstatusBytes = wide ? 336 : 144;
    ByteBuffer notes =
        ByteBuffer.allocate(cpus.size() * (2 * NOTE_HEAD_BYTES + prstatusBytes + QEMU_BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int cpu = 0; cpu < cpus.size(); cpu++) {
      head(notes, "CORE", PRSTATUS, prstatusBytes);
      int begin = notes.position();
      if (wide) {
        notes.putInt(begin + 32, cpu + 1);
        notes.position(begin + 112);
        wideRegisters(notes, cpus.get(cpu));
      } else {
        notes.putInt(begin + 24, cpu + 1);
        notes.position(begin + 72);
        narrowRegisters(notes, cpus.get(cpu));
      }
      notes.position(begin + prstatusBytes);
    }
    for (String env : cpus) {
      head(notes, "QEMU", 0, QEMU_BYTES);
      qemuState(notes, env);
    }
    return notes.flip();
  }

  private static void head(ByteBuffer notes, String name, int type, int bytes) {
    notes.putInt(NAME_BYTES).putInt(bytes).putInt(type);
    notes.put(name.getBytes(StandardCharsets.US_ASCII)).putInt(0);
  }

  /** struct user_regs_struct of x86-64. */
  private void wideRegisters(ByteBuffer out, String env) {
    for (int number : new int[] {15, 14, 13, 12, RBP, RBX, 11, 10, 9, 8, RAX, RCX, RDX, RSI, RDI}) {
      out.putLong(register(env, number));
    }
    out.putLong(0); // orig_rax
    out.putLong(number(env + "eip"));
    out.putLong(selector(env, CS));
    out.putLong(number(env + "eflags"));
    out.putLong(register(env, RSP));
    out.putLong(selector(env, SS));
    out.putLong(number(segment(env, FS) + "base"));
    out.putLong(number(segment(env, GS) + "base"));
    for (int segment : new int[] {DS, ES, FS, GS}) {
      out.putLong(selector(env, segment));
    }
  }

  /** struct user_regs_struct of i386. */
  private void narrowRegisters(ByteBuffer out, String env) {
    for (int number : new int[] {RBX, RCX, RDX, RSI, RDI, RBP, RAX}) {
      out.putInt((int) register(env, number));
    }
    for (int segment : new int[] {DS, ES, FS, GS}) {
      out.putInt((int) selector(env, segment));
    }
    out.putInt(0); // orig_eax
    out.putInt((int) number(env + "eip"));
    out.putInt((int) selector(env, CS));
    out.putInt((int) number(env + "eflags"));
    out.putInt((int) register(env, RSP));
    out.putInt((int) selector(env, SS));
  }

  private void qemuState(ByteBuffer out, String env) {
    out.putInt(QEMU_VERSION).putInt(QEMU_BYTES);
    for (int number :
        new int[] {RAX, RBX, RCX, RDX, RSI, RDI, RSP, RBP, 8, 9, 10, 11, 12, 13, 14, 15}) {
      out.putLong(register(env, number));
    }
    out.putLong(number(env + "eip")).putLong(number(env + "eflags"));
    for (int segment : new int[] {CS, DS, ES, FS, GS, SS}) {
      descriptor(out, segment(env, segment));
    }
    for (String table : List.of("ldt", "tr", "gdt", "idt")) {
      descriptor(out, env + table + "/");
    }
    for (int number = 0; number < 5; number++) {
      out.putLong(number(env + "cr[" + number + "]"));
    }
    out.putLong(number(env + "kernelgsbase"));
  }

  private void descriptor(ByteBuffer out, String path) {
    out.putInt((int) number(path + "selector"));
    out.putInt((int) number(path + "limit"));
    out.putInt((int) number(path + "flags"));
    out.putInt(0);
    out.putLong(number(path + "base"));
  }

  private long register(String env, int number) {
    return number(env + "regs[" + number + "]");
  }

  private long selector(String env, int segment) {
    return number(segment(env, segment) + "selector");
  }

  private static String segment(String env, int segment) {
    return env + "segs[" + segment + "]/";
  }

  /** Zero where the state has no such field, as for a processor that has no such register. */
  private long number(String path) {
    return tree.find(path)
        .map(StateNode::value)
        .filter(StateValue.Int.class::isInstance)
        .map(value -> ((StateValue.Int) value).bits())
        .orElse(0L);
  }
}

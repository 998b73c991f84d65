package dev.marey.diff;

import dev.marey.machine.state.Register;
import dev.marey.machine.state.Registers;
import dev.marey.machine.state.StateTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Puts the registers of processors, by their names, in the place of the fields they are kept in.
 */
final class CpuChanges {

  /** Fields that a register shows. */
  private static final Pattern SHOWN_AS_REGISTER =
      Pattern.compile(
          "cpu\\[\\d+]/env\\.(regs\\[.*|cr\\[[0234]]|dr\\[[012367]]|(segs\\[\\d]|ldt|tr)/(selector|base|limit)"
              + "|(gdt|idt)/(base|limit)|eip|eflags|efer|star|lstar|cstar|fmask|kernelgsbase"
              + "|sysenter_\\w+|pat|tsc_aux|xcr0|fpuc|fpus_vmstate|fpregs\\[\\d]/tmp/tmp_(mant|exp)"
              + "|mxcsr|xmm_regs\\[0]\\[(\\d|1[0-5])]/_q_ZMMReg\\[[01]])");

  private CpuChanges() {}

  /** The devices' differences with registers named. */
  static List<FieldChange> named(List<FieldChange> roots, StateTree a, StateTree b) {
    List<Registers> inA = Registers.of(a);
    List<Registers> inB = Registers.of(b);
    List<FieldChange> result = new ArrayList<>();
    for (FieldChange root : roots) {
      Optional<Registers> before = of(inA, root.path());
      Optional<Registers> after = of(inB, root.path());
      if (before.isEmpty() || after.isEmpty() || root.kind() != FieldChange.Kind.GROUP) {
        result.add(root);
        continue;
      }
      List<FieldChange> children = registers(root.path(), before.get(), after.get());
      children.addAll(withoutRegisters(root.children()));
      if (!children.isEmpty()) {
        result.add(FieldChange.group(root.path(), root.name(), children));
      }
    }
    return result;
  }

  private static Optional<Registers> of(List<Registers> cpus, String path) {
    return cpus.stream().filter(cpu -> path.equals("cpu[" + cpu.cpu() + "]")).findFirst();
  }

  private static List<FieldChange> registers(String path, Registers a, Registers b) {
    List<FieldChange> rows = new ArrayList<>();
    for (Register after : b.all()) {
      Optional<Register> before = a.find(after.name());
      // the APIC is a device of its own and shows its base there
      if (before.isPresent() && !before.get().equals(after) && !after.name().equals("APIC_BASE")) {
        rows.add(
            new FieldChange(
                path + "/" + after.name(),
                after.name(),
                FieldChange.Kind.CHANGED,
                text(before.get()),
                text(after),
                false,
                List.of()));
      }
    }
    return rows;
  }

  private static String text(Register register) {
    String hex = "0x" + register.hex();
    return register.decoded().isEmpty() ? hex : hex + "  " + register.decoded();
  }

  private static List<FieldChange> withoutRegisters(List<FieldChange> rows) {
    List<FieldChange> kept = new ArrayList<>();
    for (FieldChange row : rows) {
      if (row.kind() == FieldChange.Kind.GROUP) {
        List<FieldChange> children = withoutRegisters(row.children());
        if (!children.isEmpty()) {
          kept.add(FieldChange.group(row.path(), row.name(), children));
        }
      } else if (!SHOWN_AS_REGISTER.matcher(row.path()).matches()) {
        kept.add(row);
      }
    }
    return kept;
  }
}

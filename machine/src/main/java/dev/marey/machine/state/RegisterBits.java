package dev.marey.machine.state;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of the bits of x86 registers (AMD64 Architecture Programmer's Manual, volume 2). */
enum RegisterBits {
  NONE(""),
  EFLAGS(
      "CF:0 PF:2 AF:4 ZF:6 SF:7 TF:8 IF:9 DF:10 OF:11 NT:14 RF:16 VM:17 AC:18 VIF:19 VIP:20 ID:21"),
  CR0("PE:0 MP:1 EM:2 TS:3 ET:4 NE:5 WP:16 AM:18 NW:29 CD:30 PG:31"),
  CR3("PWT:3 PCD:4"),
  CR4(
      "VME:0 PVI:1 TSD:2 DE:3 PSE:4 PAE:5 MCE:6 PGE:7 PCE:8 OSFXSR:9 OSXMMEXCPT:10 UMIP:11 LA57:12 VMXE:13"
          + " SMXE:14 FSGSBASE:16 PCIDE:17 OSXSAVE:18 SMEP:20 SMAP:21 PKE:22 CET:23 PKS:24"),
  EFER("SCE:0 LME:8 LMA:10 NXE:11 SVME:12 LMSLE:13 FFXSR:14 TCE:15"),
  DR6("B0:0 B1:1 B2:2 B3:3 BD:13 BS:14 BT:15"),
  DR7("L0:0 G0:1 L1:2 G1:3 L2:4 G2:5 L3:6 G3:7 LE:8 GE:9 GD:13"),
  MXCSR("IE:0 DE:1 ZE:2 OE:3 UE:4 PE:5 DAZ:6 IM:7 DM:8 ZM:9 OM:10 UM:11 PM:12 FTZ:15"),
  APIC_BASE("BSP:8 EXTD:10 EN:11");

  private static final Pattern ENTRY = Pattern.compile("([A-Z0-9]+):([0-9]+)");

  // Names each followed by its bit, lowest first.
  private final String table;

  RegisterBits(String table) {
    this.table = table;
  }

  /** Names of all bits that are set, lowest first. */
  String decode(long value) {
    List<String> set = new ArrayList<>();
    Matcher entry = ENTRY.matcher(table);
    while (entry.find()) {
      if (((value >>> Integer.parseInt(entry.group(2))) & 1) != 0) {
        set.add(entry.group(1));
      }
    }
    if (this == EFLAGS && ((value >>> 12) & 3) != 0) {
      set.add("IOPL=" + ((value >>> 12) & 3));
    }
    return String.join(" ", set);
  }
}

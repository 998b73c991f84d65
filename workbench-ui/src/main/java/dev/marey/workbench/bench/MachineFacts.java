package dev.marey.workbench.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.machine.MachineException;
import dev.marey.machine.QemuBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the figures were measured on.
 *
 * @param ramMebibytes memory of the host
 */
record MachineFacts(
    String cpu, int cores, long ramMebibytes, String kernel, String qemu, String jdk, String date) {

  static final MachineFacts UNKNOWN = new MachineFacts("", 0, 0, "", "", "", "");

  private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*: (.*)$");
  private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal:\\s*(\\d+) kB$");
  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s*(\\d+) kB$");

  /** Of this machine, with the QEMU that a line's first word names. */
  static MachineFacts read(String qemu, Path workingFolder) throws MachineException, IOException {
    return new MachineFacts(
        model(Files.readString(Path.of("/proc/cpuinfo"))),
        Runtime.getRuntime().availableProcessors(),
        kibibytes(TOTAL, Files.readString(Path.of("/proc/meminfo"))) / 1024,
        System.getProperty("os.version"),
        QemuBinary.probe(QemuBinary.find(qemu, workingFolder)).version(),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        LocalDate.now(ZoneOffset.UTC).toString());
  }

  /** Memory that programs could still get, in MiB. */
  static long availableMebibytes() throws IOException {
    return kibibytes(AVAILABLE, Files.readString(Path.of("/proc/meminfo"))) / 1024;
  }

  static String model(String cpuinfo) {
    Matcher matcher = MODEL.matcher(cpuinfo);
    return matcher.find() ? matcher.group(1).strip() : "unknown";
  }

  private static long kibibytes(Pattern pattern, String meminfo) {
    Matcher matcher = pattern.matcher(meminfo);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("cpu", cpu)
        .put("cores", cores)
        .put("ram_mib", ramMebibytes)
        .put("kernel", kernel)
        .put("qemu", qemu)
        .put("jdk", jdk)
        .put("date", date);
  }

  /** One line for people. */
  String line() {
    return "%s, %d cores, %d MiB RAM; Linux %s; QEMU %s; %s; %s"
        .formatted(cpu, cores, ramMebibytes, kernel, qemu, jdk, date);
  }
}

package dev.marey.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command line of one QEMU process: the guest's own arguments and what is Marey's. */
final class QemuArguments {

  /** Name of the socket for QMP in the process's folder. */
  static final String QMP = "q";

  /** Name of the console's socket. */
  static final String CONSOLE = "c";

  /** Name of the socket of QEMU's VNC server. */
  static final String SCREEN = "v";

  private QemuArguments() {}

  static List<String> of(
      MachineRequest request, String ramId, RunFolder folder, Optional<Path> screen) {
    GuestDefinition guest = request.guest();
    List<String> line = new ArrayList<>();
    line.add(guest.qemu().toString());
    List<String> machine = new ArrayList<>();
    if (!guest.machineType().isEmpty()) {
      machine.add(guest.machineType());
    }
    if (!guest.machineOptions().isEmpty()) {
      machine.add(guest.machineOptions());
    }
    machine.add("memory-backend=" + ramId);
    line.addAll(List.of("-machine", String.join(",", machine)));
    line.addAll(List.of("-m", "size=" + guest.ramBytes() + "B"));
    line.addAll(
        List.of(
            "-object",
            "memory-backend-file,id="
                + ramId
                + ",size="
                + guest.ramBytes()
                + "B,mem-path="
                + request.ram().path()
                + ",share=on"));
    for (String argument : guest.arguments()) {
      line.add(
          argument
              .replace(GuestDefinition.CONSOLE_SOCKET, escape(folder.socket(CONSOLE)))
              .replace(GuestDefinition.DISK_SOCKET, escape(request.diskSocket())));
    }
    line.addAll(List.of("-monitor", "none"));
    line.addAll(List.of("-chardev", "socket,id=marey.qmp,path=" + escape(folder.socket(QMP))));
    line.addAll(List.of("-mon", "chardev=marey.qmp,mode=control"));
    if (screen.isPresent()) {
      line.addAll(List.of("-vnc", "unix:" + escape(screen.get())));
    } else {
      line.addAll(List.of("-display", "none"));
    }
    line.addAll(List.of("-action", "shutdown=pause,panic=pause", "-S"));
    if (request.role() == MachineRequest.Role.STANDBY) {
      line.addAll(List.of("-incoming", "defer"));
    }
    return line;
  }

  private static String escape(Path path) {
    return path.toString().replace(",", ",,");
  }
}

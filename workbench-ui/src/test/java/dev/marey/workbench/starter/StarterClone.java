package dev.marey.workbench.starter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A clone with the real starter in a folder with a space in its name, on a machine with nothing but
 * Debian's essential programs. What it would install, build and start are small scripts that write
 * down how they were called; root's files are those of a folder.
 */
final class StarterClone {

  static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  private static final String LAUNCHER = "workbench-ui/src/launcher";

  /** Of the essential packages, and those that are on every Debian beside them. */
  private static final List<String> ESSENTIAL =
      List.of(
          "awk",
          "bash",
          "cat",
          "chgrp",
          "chmod",
          "cp",
          "cut",
          "dirname",
          "find",
          "flock",
          "getent",
          "grep",
          "head",
          "id",
          "ln",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sha256sum",
          "sort",
          "stat",
          "tail",
          "tee",
          "timeout",
          "touch",
          "tr",
          "uname",
          "xargs");

  /** What a package brings. */
  private static final Map<String, List<String>> PACKAGES =
      Map.of(
          "openjdk-17-jdk-headless", List.of("java", "javac"),
          "maven", List.of("mvn"),
          "gcc", List.of("gcc", "ld"),
          "qemu-system-x86", List.of("qemu-system-x86_64"),
          "gdb", List.of("gdb"),
          "qemu-utils", List.of("qemu-img"),
          "xvfb", List.of("Xvfb"));

  /** What the build does. */
  static final String MAVEN =
      """
      mkdir -p workbench-ui/target/marey/lib "$HOME"/.m2/repository/{org/openjfx/javafx-graphics,com/diffplug/spotless}
      echo '[INFO] Building workbench-ui 0.1.0                                 [1/1]'
      """;

  final Path root;
  final Path home;

  /** Stands for the machine's / where root writes. */
  final Path machine;

  private final Path bin;
  private final Path shelf;
  private final Path calls;

  /** What was said on both outputs, and the exit code. */
  record Said(String text, int code) {}

  StarterClone(Path folder) throws IOException {
    root = folder.resolve("a clone");
    home = Files.createDirectories(folder.resolve("home"));
    machine = Files.createDirectories(folder.resolve("machine"));
    bin = Files.createDirectories(folder.resolve("bin"));
    shelf = Files.createDirectories(folder.resolve("shelf"));
    calls = Files.createFile(folder.resolve("calls"));
    copyStarter();
    for (String program : ESSENTIAL) {
      Files.copy(real(program), bin.resolve(program));
    }
    stockShelf();
    program("apt-cache", "case $* in *show*) echo 'Package: known' ;; esac");
    program(
        "apt-get",
        """
        all=$*
        case " $* " in
        *" --print-uris "*)
            for package in ${all##* install }; do echo "'http://mirror/$package' $package.deb ${#package}000000 MD5Sum:0"; done ;;
        *" install "*)
            for package in ${all##* install }; do cp SHELF/$package/* BIN/; done; echo 'Fetched all' ;;
        esac
        """);
    // As dpkg itself demands it: an ordinary user's path lacks these folders, and su keeps that
    // path
    program("dpkg", "case :$PATH: in *:/usr/sbin:*) ;; *) exit 2 ;; esac");
    program("df", "printf 'Filesystem\\n/dev/disk 20000 11000 9000 55%% /\\n'");
    permitUserfaultfd();
    user(0);
  }

  private void copyStarter() throws IOException {
    Path launcher = Files.createDirectories(root.resolve(LAUNCHER));
    Files.copy(REPOSITORY.resolve("marey"), root.resolve("marey"));
    try (Stream<Path> files = Files.list(REPOSITORY.resolve(LAUNCHER))) {
      for (Path file : files.toList()) {
        Files.copy(file, launcher.resolve(file.getFileName()));
      }
    }
    for (String source : List.of("pom.xml", ".mvn/jvm.config", "workbench-ui/pom.xml")) {
      Files.createDirectories(root.resolve(source).getParent());
      Files.createFile(root.resolve(source));
    }
    Files.createDirectories(root.resolve("workbench-ui/src/main"));
    script(
        root.resolve("machine/src/guest/prepare"),
        "prepare",
        """
        guests=$HOME/.cache/marey/guests
        case " $* " in
        *" --missing "*) [ -e "$guests" ] || echo "26713492 demo guest's kernel" ;;
        *" --quiet "*) ;;
        *) mkdir -p "$guests"; echo "  guests: there" ;;
        esac
        """);
  }

  private void stockShelf() throws IOException {
    for (Map.Entry<String, List<String>> brought : PACKAGES.entrySet()) {
      for (String program : brought.getValue()) {
        script(shelf.resolve(brought.getKey()).resolve(program), program, "");
      }
    }
    onShelf("openjdk-17-jdk-headless", "javac", "echo javac 17.0.15");
    onShelf("maven", "mvn", MAVEN);
  }

  /** Makes another program of a package that is not installed yet. */
  void onShelf(String debianPackage, String program, String script) throws IOException {
    script(shelf.resolve(debianPackage).resolve(program), program, script);
  }

  /** Puts a program of ours on the path. */
  void program(String name, String script) throws IOException {
    script(bin.resolve(name), name, script);
  }

  private void script(Path file, String name, String script) throws IOException {
    Files.createDirectories(file.getParent());
    String text =
        "#!/bin/bash\necho \""
            + name
            + " $*\" >>'"
            + calls
            + "'\n"
            + script.replace("SHELF", shelf.toString()).replace("BIN", bin.toString());
    // it may be a link to the machine's own program, which must not be written through
    Files.deleteIfExists(file);
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Installs all that is needed before the starter runs. */
  void installEverything() throws IOException {
    for (String debianPackage : PACKAGES.keySet()) {
      install(debianPackage);
    }
  }

  void install(String debianPackage) throws IOException {
    try (Stream<Path> programs = Files.list(shelf.resolve(debianPackage))) {
      for (Path program : programs.toList()) {
        Files.copy(program, bin.resolve(program.getFileName()));
      }
    }
  }

  void without(String program) throws IOException {
    Files.delete(bin.resolve(program));
  }

  /** Who runs the starter; 0 is root. */
  void user(int uid) throws IOException {
    Files.deleteIfExists(bin.resolve("id"));
    Path id = bin.resolve("id");
    Files.writeString(
        id,
        "#!/bin/bash\ncase $1 in -u) echo " + uid + " ;; *) exec " + real("id") + " $1 ;; esac\n");
    Files.setPosixFilePermissions(id, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A sudo that gives root, whose files are those of {@link #machine}. */
  void installSudo() throws IOException {
    program("sudo", "case $1 in -n) ;; *) exec \"$1\" --root '" + machine + "' \"${@:2}\" ;; esac");
  }

  void permitUserfaultfd() throws IOException {
    program("perl", "echo permitted");
  }

  /** The device is there, and opens to whom the rule lets in. */
  void refuseUserfaultfd() throws IOException {
    Path device = machine.resolve("dev/userfaultfd");
    Files.createDirectories(device.getParent());
    Files.createFile(device);
    program(
        "perl",
        "if [ -e '"
            + machine
            + "/etc/udev/rules.d/60-marey-userfaultfd.rules' ]; then echo permitted; else echo"
            + " 'refused 13 the system call says no, the device says no'; fi");
  }

  /** How the programs were called, apart from what only asks. */
  List<String> calls() throws IOException {
    List<String> called = new ArrayList<>();
    for (String call : Files.readAllLines(calls)) {
      if (!call.matches(
          "(perl|df|uname|javac|apt-cache|sudo -n) .*|prepare --missing.*|.*--print-uris.*")) {
        called.add(call.strip());
      }
    }
    return called;
  }

  void forgetCalls() throws IOException {
    Files.writeString(calls, "");
  }

  /** Runs ./marey with nobody to ask. */
  Said run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(root.resolve("marey").toString()));
    command.addAll(List.of(words));
    Process process = builder(command).start();
    process.getOutputStream().close();
    return end(process);
  }

  /** Runs a line as a shell on this machine does. */
  Said shell(String line) throws IOException, InterruptedException {
    return end(builder(List.of("/bin/bash", "-c", line)).start());
  }

  /** Starts ./marey at a terminal of its own; what is written to the process is typed there. */
  Process startAtTerminal(String words) throws IOException {
    return builder(List.of("/usr/bin/script", "-qec", "'" + root + "/marey' " + words, "/dev/null"))
        .start();
  }

  static Said end(Process process) throws IOException, InterruptedException {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(text.replace("\r\n", "\n"), process.waitFor());
  }

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder
        .environment()
        .putAll(Map.of("PATH", bin.toString(), "HOME", home.toString(), "SHELL", "/bin/bash"));
    return builder;
  }

  private static Path real(String program) {
    return Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(program + " is not on this machine"));
  }
}

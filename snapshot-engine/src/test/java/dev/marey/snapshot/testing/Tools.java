package dev.marey.snapshot.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What e2fsprogs and qemu-img say about disks. */
public final class Tools {

  private Tools() {}

  /**
   * An end of a program.
   *
   * @param output both its outputs, one byte a character
   */
  public record Ended(int code, String output) {}

  /** Runs a program; those of the administrator are found too. */
  public static Ended run(String... command) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.addAll(List.of("env", "LC_ALL=C", "PATH=" + System.getenv("PATH") + ":/usr/sbin:/sbin"));
    line.addAll(List.of(command));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    return new Ended(process.waitFor(), output);
  }

  private static String must(String... command) throws IOException, InterruptedException {
    Ended ended = run(command);
    assertThat(ended.code()).as("%s%n%s", String.join(" ", command), ended.output()).isZero();
    return ended.output();
  }

  /** Makes an empty ext4 file system in a new sparse file. */
  public static void makeExt4(Path file, int mebibytes) throws Exception {
    must("truncate", "-s", mebibytes + "M", file.toString());
    must("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", file.toString());
  }

  /** Converts a raw image. */
  public static void makeQcow2(Path raw, Path qcow2) throws Exception {
    must("qemu-img", "convert", "-f", "raw", "-O", "qcow2", "" + raw, "" + qcow2);
  }

  /** Makes a file that only holds what a copy of {@code base} with a text in it has otherwise. */
  public static void makeQcow2WithText(Path base, Path qcow2, String text) throws Exception {
    Path copy = qcow2.resolveSibling("copy");
    Path letter = Files.writeString(qcow2.resolveSibling("letter"), text);
    Files.copy(base, copy);
    must("debugfs", "-w", "-R", "write " + letter + " text", copy.toString());
    must(
        "qemu-img",
        "convert",
        "-f",
        "raw",
        "-O",
        "qcow2",
        "-B",
        "" + base,
        "-F",
        "raw",
        "" + copy,
        "" + qcow2);
    Files.delete(copy);
    Files.delete(letter);
  }

  /** Plays the journal of a file system back as a kernel does at mounting; repairs nothing. */
  public static void replayJournal(Path image) throws Exception {
    Ended ended = run("e2fsck", "-fy", "-E", "journal_only", image.toString());
    assertThat(ended.code()).as(ended.output()).isIn(0, 1);
  }

  public static void assertExt4IsClean(Path image) throws Exception {
    must("e2fsck", "-fn", image.toString());
  }

  /** The first eight bytes of a file in an ext4 file system, little-endian. */
  public static long numberIn(Path image, String file) throws Exception {
    Path out = image.resolveSibling("number");
    must("debugfs", "-R", "dump " + file + " " + out, image.toString());
    byte[] bytes = Files.readAllBytes(out);
    Files.delete(out);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  public static String textIn(Path image, String file) throws Exception {
    Path out = image.resolveSibling("text");
    must("debugfs", "-R", "dump " + file + " " + out, image.toString());
    String text = Files.readString(out);
    Files.delete(out);
    return text;
  }

  /** Copies what an NBD server serves into a new image. */
  public static void convert(Path socket, String export, String format, Path to) throws Exception {
    must(
        "qemu-img",
        "convert",
        "-f",
        "raw",
        "-O",
        format,
        "nbd+unix:///" + export + "?socket=" + socket,
        to.toString());
  }

  public static void assertImageIsSound(Path qcow2) throws Exception {
    assertThat(must("qemu-img", "check", qcow2.toString())).contains("No errors were found");
  }

  public static String sha256(Path file) throws Exception {
    return must("sha256sum", file.toString()).substring(0, 64);
  }
}

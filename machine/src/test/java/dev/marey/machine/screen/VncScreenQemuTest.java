package dev.marey.machine.screen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.MachineException;
import dev.marey.machine.state.TestQemu;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class VncScreenQemuTest {

  /**
   * A guest that enables the PS/2 mouse, writes U to the debug console and then every byte that
   * keyboard and mouse send: {@code cli; out 0x64, 0xa8; out 0x64, 0xd4; out 0x60, 0xf4; out 0xe9,
   * 'U'; 1: in 0x64; test 1; jz 1b; in 0x60; out 0xe9; jmp 1b}.
   */
  private static final String ECHO = "fab0a8e664b0d4e664b0f4e660b055e6e9e464a80174fae460e6e9ebf4";

  @TempDir Path folder;

  private static final class Frame {
    final int width;
    final int height;
    final int[] argb;

    Frame(int width, int height, int[] argb) {
      this.width = width;
      this.height = height;
      this.argb = argb;
    }
  }

  /** Keeps the last frame and the reason of the end. */
  private static final class Watcher implements ScreenListener {
    volatile Frame last = new Frame(0, 0, new int[0]);
    final CompletableFuture<String> end = new CompletableFuture<>();

    @Override
    public void frame(int width, int height, int[] argb) {
      last = new Frame(width, height, argb);
    }

    @Override
    public void closed(String reason) {
      end.complete(reason);
    }
  }

  private Path vncSocket() {
    return folder.resolve("vnc");
  }

  private TestQemu startEcho() throws Exception {
    byte[] floppy = new byte[1440 * 1024];
    byte[] code = HexFormat.of().parseHex(ECHO);
    System.arraycopy(code, 0, floppy, 0, code.length);
    floppy[510] = 0x55;
    floppy[511] = (byte) 0xaa;
    Path image = Files.write(folder.resolve("floppy"), floppy);
    TestQemu qemu =
        TestQemu.start(
            folder,
            TestQemu.Setup.pc(
                TestQemu.ram(folder.resolve("ram")),
                "-vga",
                "std",
                "-vnc",
                "unix:" + vncSocket(),
                "-drive",
                "if=floppy,format=raw,read-only=on,file=" + image));
    qemu.awaitDebugConsole("U");
    return qemu;
  }

  @Test
  void theTextOfTheBiosAppears() throws Exception {
    Watcher watcher = new Watcher();
    try (TestQemu qemu = startEcho();
        VncScreen screen = VncScreen.start(vncSocket(), watcher)) {
      Awaitility.await().until(() -> watcher.last.width == 720);
      Frame frame = watcher.last;
      assertThat(frame.height).isEqualTo(400);
      assertThat(frame.argb).hasSize(720 * 400);
      assertThat(Arrays.stream(frame.argb)).allMatch(pixel -> pixel >>> 24 == 0xff);
      // Grey text on black, as QEMU's own picture of the screen has it.
      Awaitility.await().untilAsserted(() -> assertThat(lit(watcher)).isGreaterThan(200));
      qemu.stop();
      Path picture = folder.resolve("screen.ppm");
      qemu.monitor("screendump " + picture);
      int[] expected = pixels(Files.readAllBytes(picture));
      Awaitility.await().untilAsserted(() -> assertThat(watcher.last.argb).isEqualTo(expected));
      assertThat(screen).isNotNull();
    }
  }

  private static String bytes(int... values) {
    return new String(values, 0, values.length);
  }

  private static long lit(Watcher watcher) {
    return Arrays.stream(watcher.last.argb).filter(pixel -> pixel != 0xff000000).count();
  }

  /** Pixels of a PPM file with the header QEMU writes: {@code P6\n720 400\n255\n}. */
  private static int[] pixels(byte[] ppm) {
    int body = "P6\n720 400\n255\n".length();
    int[] pixels = new int[720 * 400];
    for (int i = 0; i < pixels.length; i++) {
      int at = body + 3 * i;
      pixels[i] =
          0xff000000
              | (Byte.toUnsignedInt(ppm[at]) << 16)
              | (Byte.toUnsignedInt(ppm[at + 1]) << 8)
              | Byte.toUnsignedInt(ppm[at + 2]);
    }
    return pixels;
  }

  @Test
  void keysAndTheMouseReachTheGuest() throws Exception {
    try (TestQemu qemu = startEcho();
        VncScreen screen = VncScreen.start(vncSocket(), new Watcher())) {
      qemu.awaitDebugConsole(bytes(0xfa)); // the mouse is on
      screen.keyDown('a');
      screen.keyUp('a');
      qemu.awaitDebugConsole(bytes(0x1e, 0x9e)); // scan codes of A pressed and released
      screen.pointer(100, 100, 0);
      screen.pointer(105, 103, 0);
      qemu.awaitDebugConsole(bytes(0x28, 0x05, 0xfd)); // 5 right, 3 down
      screen.pointer(105, 103, 1);
      qemu.awaitDebugConsole(bytes(0x09, 0x00, 0x00)); // left button held
      screen.pointer(105, 103, 0);
      qemu.awaitDebugConsole(bytes(0x09, 0x00, 0x00, 0x08, 0x00, 0x00));
    }
  }

  @Test
  void theListenerLearnsThatQemuIsGone() throws Exception {
    Watcher watcher = new Watcher();
    TestQemu qemu = startEcho();
    try (VncScreen screen = VncScreen.start(vncSocket(), watcher)) {
      qemu.close();
      assertThat(watcher.end.get(30, TimeUnit.SECONDS))
          .isEqualTo("The guest's screen ended: QEMU closed the connection.");
      screen.keyDown('a'); // ignored
    } finally {
      qemu.close();
    }
  }

  @Test
  void aClosedScreenTellsNothing() throws Exception {
    Watcher watcher = new Watcher();
    try (TestQemu qemu = startEcho()) {
      VncScreen screen = VncScreen.start(vncSocket(), watcher);
      screen.close();
      screen.close();
      assertThat(qemu.runState()).isEqualTo("running");
    }
    assertThat(watcher.end).isNotDone();
  }

  @Test
  void nobodyListening() {
    assertThatThrownBy(() -> VncScreen.start(vncSocket(), new Watcher()))
        .isInstanceOf(MachineException.class)
        .hasMessageStartingWith("Connecting to the guest's screen at " + vncSocket() + " failed: ")
        .hasMessageEndingWith(". Check that the machine runs and has a VNC server there.");
  }

  @Test
  void somethingElseListening() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(vncSocket()));
      Thread other =
          new Thread(
              () -> {
                try (SocketChannel channel = server.accept()) {
                  channel.write(ByteBuffer.wrap("QMP 1234567\n".getBytes(StandardCharsets.UTF_8)));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              "not-vnc");
      other.start();
      assertThatThrownBy(() -> VncScreen.start(vncSocket(), new Watcher()))
          .isInstanceOf(MachineException.class)
          .hasMessageStartingWith("Opening the guest's screen at " + vncSocket() + " failed: ")
          .hasMessageEndingWith(". Check that it is QEMU's VNC server, without a password.");
      other.join();
    }
  }
}

package dev.marey.workbench.screen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.options.CommandLine;
import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.Session;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.FxThread;
import dev.marey.workbench.tasks.TaskService;
import dev.marey.workbench.tasks.ThreadedTaskService;
import dev.marey.workbench.testing.FakeSession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javafx.scene.Scene;
import javafx.scene.image.Image;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelFormat;
import javafx.stage.Stage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;

/** The screen of a PC that finds nothing to boot, compared with QEMU's own picture of it. */
@ExtendWith(ApplicationExtension.class)
@Timeout(120)
final class ScreenQemuFxTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path folder;

  private final TaskService tasks = new ThreadedTaskService(new FxThread(), (what, why) -> {});

  @SuppressWarnings("NullAway.Init") // set by show
  private Session session;

  @SuppressWarnings("NullAway.Init") // set by show
  private LiveGuest guest;

  @SuppressWarnings("NullAway.Init") // set by show
  private ScreenViewModel model;

  @Start
  void show(Stage stage) throws Exception {
    List<String> line = List.of("qemu-system-x86_64", "-m", "32M", "-vga", "std", "-nic", "none");
    session = Session.create(folder.resolve("s"), CommandLine.of(line).accept());
    guest = LiveGuest.start(session);
    FakeSession open = new FakeSession();
    open.screen(guest.screenSocket().orElseThrow());
    model = new ScreenViewModel(open, new ShownViewModel(), tasks, new FxThread());
    stage.setScene(new Scene(new ScreenView(model), 900, 600));
    stage.show();
  }

  @AfterEach
  void end(FxRobot robot) throws Exception {
    robot.interact(model::close);
    guest.abandon();
    session.close();
    tasks.close();
  }

  private record Picture(int width, int height, List<Integer> rgb) {}

  /** A portable pixmap: a header of three numbers and three bytes for each pixel. */
  private Picture qemus() throws Exception {
    Path file = folder.resolve("screen.ppm");
    guest.machine().qmp().execute("screendump", Map.of("filename", file.toString()));
    byte[] bytes = Files.readAllBytes(file);
    String[] words = new String(bytes, 0, 30, StandardCharsets.ISO_8859_1).split("\\s", 5);
    int width = Integer.parseInt(words[1]);
    int height = Integer.parseInt(words[2]);
    int start = bytes.length - width * height * 3;
    Integer[] rgb = new Integer[width * height];
    for (int i = 0; i < rgb.length; i++) {
      int at = start + 3 * i;
      rgb[i] = (bytes[at] & 0xff) << 16 | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff);
    }
    return new Picture(width, height, List.of(rgb));
  }

  private static Picture ours(FxRobot robot) {
    Image[] image = {null};
    robot.interact(
        () ->
            image[0] =
                robot.lookup("#screen-glass .image-view").queryAs(ImageView.class).getImage());
    if (image[0] == null) {
      return new Picture(0, 0, List.of());
    }
    int width = (int) image[0].getWidth();
    int height = (int) image[0].getHeight();
    int[] argb = new int[width * height];
    robot.interact(
        () ->
            image[0]
                .getPixelReader()
                .getPixels(0, 0, width, height, PixelFormat.getIntArgbInstance(), argb, 0, width));
    Integer[] rgb = new Integer[argb.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = argb[i] & 0xffffff;
    }
    return new Picture(width, height, List.of(rgb));
  }

  /** The cursor blinks, so that not every pair of pictures is of the same moment. */
  @Test
  void everyPixelIsWhereQemuHasItAndInItsColour(FxRobot robot) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              Picture expected = qemus();
              assertThat(expected.rgb().stream().distinct().count()).isGreaterThan(1);
              assertThat(ours(robot).equals(expected)).isTrue();
            });
  }
}

package dev.marey.diff.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.diff.ComparedInstants;
import dev.marey.diff.DeviceDiff;
import dev.marey.diff.FakeRam;
import dev.marey.diff.NodeDiff;
import dev.marey.diff.RamDiff;
import dev.marey.diff.Side;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javafx.scene.Scene;
import javafx.scene.control.Labeled;
import javafx.stage.Stage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.testfx.framework.junit5.ApplicationTest;
import org.testfx.util.WaitForAsyncUtils;

/** A window with the comparison of two made-up instants, S12 and S17. */
abstract class NodeDiffWindow extends ApplicationTest {

  static final int PAGES = 64;
  static final long HIGH = 1L << 32;

  final ExecutorService background = Executors.newSingleThreadExecutor();

  @SuppressWarnings("NullAway.Init")
  NodeDiffView view;

  @Override
  public void start(Stage stage) {
    view = new NodeDiffView(BackgroundWork.on(background));
    Scene scene = new Scene(view, 1200, 740);
    scene.getStylesheets().add(DiffTheme.LIGHT.stylesheet());
    stage.setScene(scene);
    stage.setWidth(1200);
    stage.setHeight(740);
    stage.show();
  }

  @AfterEach
  void endBackground() {
    background.shutdownNow();
  }

  void show(FakeRam a, FakeRam b) {
    RamDiff diff = FakeRam.diff(a.and(b, 48, HIGH));
    interact(() -> view.show(diffOf(diff, new DeviceDiff(List.of()))));
  }

  static NodeDiff diffOf(RamDiff ram, DeviceDiff devices) {
    ComparedInstants instants =
        new ComparedInstants("S12", "S17", Optional.of(Side.A), Optional.empty());
    return new NodeDiff(instants, ram, devices);
  }

  HexDiffView hex() {
    return view.pages().hex();
  }

  void awaitCaret(long address) {
    Awaitility.await()
        .untilAsserted(() -> assertThat(onFx(() -> hex().a().caret())).isEqualTo(address));
  }

  String label(String query) {
    return lookup(query).queryLabeled().getText();
  }

  List<String> texts(String query) {
    return onFx(
        () ->
            lookup(query).queryAll().stream()
                .map(node -> node instanceof Labeled labeled ? labeled.getText() : null)
                .map(text -> text == null ? "" : text)
                .toList());
  }

  static <T> T onFx(Supplier<T> question) {
    return WaitForAsyncUtils.waitForAsyncFx(10_000, question::get);
  }
}

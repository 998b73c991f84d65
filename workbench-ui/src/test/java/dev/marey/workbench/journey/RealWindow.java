package dev.marey.workbench.journey;

import dev.marey.workbench.cli.CommandLineTool;
import dev.marey.workbench.cli.Desktop;
import dev.marey.workbench.settings.Folders;
import dev.marey.workbench.shell.WorkbenchApplication;
import dev.marey.workbench.start.Beginning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javafx.application.Platform;
import javafx.css.PseudoClass;
import javafx.scene.AccessibleAttribute;
import javafx.scene.Node;
import javafx.scene.control.Labeled;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.robot.Robot;
import javafx.stage.Stage;
import javafx.stage.WindowEvent;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.testfx.api.FxRobot;
import org.testfx.api.FxToolkit;
import org.testfx.robot.Motion;
import org.testfx.toolkit.impl.ApplicationLauncherImpl;
import org.testfx.toolkit.impl.ApplicationServiceImpl;
import org.testfx.toolkit.impl.ToolkitServiceImpl;
import org.testfx.util.WaitForAsyncUtils;

/**
 * The program as a person has it in front of them, with folders of its own: keys and clicks go in
 * through the display, only what is on the screen comes out.
 *
 * <p>Threading: the test's thread.
 */
final class RealWindow extends FxRobot implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Map<Character, KeyCode> KEYS =
      Map.of(
          ' ',
          KeyCode.SPACE,
          '-',
          KeyCode.MINUS,
          '.',
          KeyCode.PERIOD,
          '/',
          KeyCode.SLASH,
          ',',
          KeyCode.COMMA,
          '=',
          KeyCode.EQUALS);
  private static final Map<Character, KeyCode> SHIFTED = Map.of('&', KeyCode.DIGIT7);

  private final Stage stage;

  private RealWindow(Stage stage) {
    this.stage = stage;
  }

  /**
   * Starts the program as somebody does who has used it before: no demo boots by itself.
   *
   * @param home stands for the person's home folder
   */
  static RealWindow openStartPage(Path home) {
    try {
      Files.createDirectories(Folders.of(Map.of(), home).sessions().resolve("from-before"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return open(home);
  }

  /** What the arguments make of the window. */
  private static final class Asked implements Desktop {
    private Beginning beginning = new Beginning.StartPage();

    @Override
    public boolean hasDisplay() {
      return true;
    }

    @Override
    public void open(Beginning wanted) {
      beginning = wanted;
    }
  }

  /**
   * Starts the program.
   *
   * @param home stands for the person's home folder
   * @param arguments as behind {@code marey}
   */
  static RealWindow open(Path home, String... arguments) {
    try {
      Stage stage = FxToolkit.registerPrimaryStage();
      Folders folders = Folders.of(Map.of(), home);
      Asked asked = new Asked();
      int exitCode = CommandLineTool.start(List.of(arguments), folders, asked);
      if (exitCode != 0) {
        throw new IllegalArgumentException("marey " + String.join(" ", arguments) + " failed");
      }
      new ToolkitServiceImpl(new ApplicationLauncherImpl(), new ApplicationServiceImpl())
          .setupApplication(() -> stage, () -> new WorkbenchApplication(folders, asked.beginning))
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return new RealWindow(stage);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the window did not open", e);
    }
  }

  /** Closes it as the window's own cross does, and waits until guest and window are gone. */
  @Override
  public void close() {
    askToClose();
    awaitClosed();
    List<ProcessHandle> left = guests();
    left.forEach(ProcessHandle::destroyForcibly);
    if (!left.isEmpty()) {
      throw new AssertionError("the closed window left QEMU running: " + left);
    }
  }

  /** Presses the window's own cross. */
  void askToClose() {
    onFx(
        () -> {
          if (stage.isShowing()) {
            stage.fireEvent(new WindowEvent(stage, WindowEvent.WINDOW_CLOSE_REQUEST));
          }
          return stage;
        });
  }

  void awaitClosed() {
    await("window closed", () -> onFx(() -> !stage.isShowing()));
  }

  /** Ends QEMU as the kernel's memory killer does. */
  static void killGuest() {
    guests().forEach(ProcessHandle::destroyForcibly);
  }

  private static List<ProcessHandle> guests() {
    return ProcessHandle.current()
        .descendants()
        .filter(child -> child.info().command().orElse("").contains("qemu-system"))
        .toList();
  }

  // ---- waiting

  /** Waits; when that takes too long, the failure says what was on the screen. */
  private void await(String what, BooleanSupplier condition) {
    try {
      Awaitility.await(what)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .until(condition::getAsBoolean);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("waited in vain for: " + what + "\nOn the screen: " + words(), e);
    }
  }

  static <T> T onFx(Supplier<T> question) {
    return Platform.isFxApplicationThread()
        ? question.get()
        : WaitForAsyncUtils.waitForAsyncFx(PATIENCE.toMillis(), question::get);
  }

  /** Waits until there is such a thing on the screen. */
  Node awaitSeen(String query) {
    await(query, () -> seen(query));
    return shown(query);
  }

  /** Looked for on the window's thread, which changes what is looked through. */
  private Node shown(String query) {
    return onFx(
        () ->
            lookup(query).queryAll().stream()
                .filter(RealWindow::shows)
                .findFirst()
                .orElseThrow(() -> new AssertionError(query + " is not on the screen")));
  }

  boolean seen(String query) {
    return onFx(() -> lookup(query).tryQuery().filter(RealWindow::shows).isPresent());
  }

  void awaitGone(String query) {
    await(query + " gone", () -> !seen(query));
  }

  private static boolean shows(Node node) {
    for (Node at = node; at != null; at = at.getParent()) {
      if (!at.isVisible()) {
        return false;
      }
    }
    return node.getScene() != null && node.getScene().getWindow().isShowing();
  }

  void awaitTrue(String what, BooleanSupplier question) {
    await(what, () -> onFx(question::getAsBoolean));
  }

  // ---- reading

  /** Text of a label or button; empty when it is not there. */
  String text(String query) {
    return onFx(() -> lookup(query).tryQuery().map(RealWindow::words).orElse(""));
  }

  /** Text of a label or button. */
  static String words(Node node) {
    String text = node instanceof Labeled labeled ? labeled.getText() : "";
    return text == null ? "" : text;
  }

  /** How many pages differ, as the page diff says; 0 while it says nothing. */
  int changedPages() {
    String words = text("#page-diff #diff-detail");
    return words.contains(" of ")
        ? Integer.parseInt(words.substring(0, words.indexOf(" of ")).replace(",", ""))
        : 0;
  }

  boolean disabled(String query) {
    return onFx(() -> lookup(query).query().isDisabled());
  }

  boolean has(String query, String pseudoClass) {
    return onFx(
        () ->
            lookup(query)
                .tryQuery()
                .map(Node::getPseudoClassStates)
                .filter(states -> states.contains(PseudoClass.getPseudoClass(pseudoClass)))
                .isPresent());
  }

  /** What the console shows and has scrolled away. */
  GuestWords console() {
    return new GuestWords(
        onFx(
            () ->
                lookup("#console")
                    .tryQuery()
                    .map(view -> view.queryAccessibleAttribute(AccessibleAttribute.TEXT))
                    .map(Object::toString)
                    .orElse("")));
  }

  /** Waits for the guest to have said something; gives all of the console. */
  GuestWords awaitConsole(String what, Predicate<GuestWords> said) {
    await("guest: " + what, () -> said.test(console()));
    return console();
  }

  /** All words on the screen, for the messages of tests that fail. */
  private String words() {
    return onFx(
            () ->
                lookup(node -> node instanceof Labeled && shows(node)).queryAll().stream()
                    .map(RealWindow::words)
                    .filter(words -> !words.isBlank())
                    .collect(Collectors.joining(" | ")))
        + "\nConsole:\n"
        + console().text();
  }

  // ---- clicking and typing

  @Override
  public FxRobot clickOn(String query, MouseButton... buttons) {
    clickOn(shown(query), buttons);
    return this;
  }

  @Override
  public FxRobot moveTo(String query, Motion motion) {
    moveTo(shown(query), motion);
    return this;
  }

  /**
   * Two clicks as fast as a hand makes them, however busy the window is between them. What is to be
   * clicked may move while the hand is on its way, as the timeline does; then the hand follows.
   */
  void doubleClick(String query) {
    Robot hand = onFx(Robot::new);
    for (int tries = 0; tries < 20; tries++) {
      moveTo(query);
      if (onFx(() -> clickTwiceIfThere(hand, query))) {
        WaitForAsyncUtils.waitForFxEvents();
        return;
      }
    }
    throw new AssertionError(query + " never stood still under the mouse");
  }

  private boolean clickTwiceIfThere(Robot hand, String query) {
    Node node = lookup(query).query();
    if (!node.localToScreen(node.getBoundsInLocal()).contains(hand.getMousePosition())) {
      return false;
    }
    hand.mouseClick(MouseButton.PRIMARY);
    hand.mouseClick(MouseButton.PRIMARY);
    return true;
  }

  /**
   * Presses the keys one after another and lets go of all at once: keys held while a busy window is
   * waited for would repeat.
   */
  void stroke(KeyCode... keys) {
    onFx(
        () -> {
          Robot hand = new Robot();
          for (KeyCode key : keys) {
            hand.keyPress(key);
          }
          for (int i = keys.length; i-- > 0; ) {
            hand.keyRelease(keys[i]);
          }
          return hand;
        });
    WaitForAsyncUtils.waitForFxEvents();
  }

  /** Presses Tab until it has the focus. */
  void tabTo(String query) {
    for (int tries = 0; tries < 20; tries++) {
      if (onFx(() -> lookup(query).query().isFocused())) {
        return;
      }
      stroke(KeyCode.TAB);
    }
    throw new AssertionError(query + " does not get the focus by Tab");
  }

  /** Presses and releases the keys for the text, and Enter. */
  void typeLine(String line) {
    typeText(line);
    stroke(KeyCode.ENTER);
  }

  void typeText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      KeyCode shifted = SHIFTED.get(character);
      if (shifted != null) {
        stroke(KeyCode.SHIFT, shifted);
      } else {
        stroke(key(character));
      }
    }
  }

  private static KeyCode key(char character) {
    return Optional.ofNullable(KEYS.get(character))
        .or(
            () ->
                Optional.ofNullable(
                    KeyCode.getKeyCode(String.valueOf(character).toUpperCase(Locale.ROOT))))
        .orElseThrow(() -> new IllegalArgumentException("no key for " + character));
  }

  /** A key of the window that works wherever the focus is. */
  void shortcut(KeyCode letter) {
    stroke(KeyCode.CONTROL, KeyCode.SHIFT, letter);
  }
}

package dev.marey.workbench.dock;

import com.panemu.tiwulfx.control.dock.DetachableTab;
import com.panemu.tiwulfx.control.dock.DetachableTabPane;
import com.panemu.tiwulfx.control.dock.DetachableTabPaneFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.control.SplitPane;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.control.Tooltip;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.StackPane;
import javafx.stage.Window;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * A dock of tiwulfx tab panes in split panes. The library has no layouts; they are read off and
 * rebuilt here.
 *
 * <p>Threading: fx.
 */
public final class TiwulDock implements Dock {

  private final Map<String, DockView> views = new LinkedHashMap<>();
  private final Map<String, DetachableTab> tabs = new LinkedHashMap<>();
  private final DockLayout standard;
  private final Consumer<Scene> styler;
  private final StackPane root = new StackPane();

  /**
   * A dock that shows the standard layout.
   *
   * @param standard where views are at first and where a closed one comes back
   * @param styler makes the scene of a torn-off view look like the rest
   */
  public TiwulDock(List<DockView> views, DockLayout standard, Consumer<Scene> styler) {
    views.forEach(view -> this.views.put(view.id(), view));
    this.standard = standard;
    this.styler = styler;
    root.getStyleClass().add("dock");
    restore(standard);
  }

  @Override
  public Parent root() {
    return root;
  }

  @Override
  public Collection<DockView> views() {
    return List.copyOf(views.values());
  }

  @Override
  public boolean isOpen(String viewId) {
    return Optional.ofNullable(tabs.get(viewId)).map(Tab::getTabPane).isPresent();
  }

  @Override
  public void show(String viewId) {
    DetachableTab tab = tab(viewId);
    if (tab.getTabPane() == null) {
      home(viewId).getTabs().add(tab);
    }
    tab.getTabPane().getSelectionModel().select(tab);
    Scene scene = tab.getTabPane().getScene();
    if (scene != null && scene.getWindow() != null) {
      scene.getWindow().requestFocus();
    }
    Node content = tab.getContent();
    if (content.getScene() == null) {
      // The tab pane has not been on the screen yet; what is in no scene can't take the focus.
      root.applyCss();
    }
    focus(content);
  }

  private static void focus(Node content) {
    (content instanceof FocusTarget part ? part.focusTarget() : content).requestFocus();
  }

  /** The tab pane would take the focus for itself, from what was just clicked too. */
  private static void pressed(Node content, MouseEvent event) {
    if (!content.isFocusWithin()) {
      focus(content);
    }
    event.consume();
  }

  @Override
  public DockLayout layout() {
    return root.getChildren().isEmpty() ? DockLayout.tabs() : layoutOf(root.getChildren().get(0));
  }

  @Override
  public void restore(DockLayout layout) {
    close();
    panes(root).toList().forEach(pane -> pane.getTabs().clear());
    root.getChildren().setAll(build(DockLayout.mended(layout, views.keySet())));
  }

  @Override
  public void close() {
    for (DetachableTab tab : List.copyOf(tabs.values())) {
      TabPane pane = tab.getTabPane();
      Scene scene = pane == null ? null : pane.getScene();
      if (scene != null && scene != root.getScene()) {
        pane.getTabs().remove(tab);
        Optional.ofNullable(scene.getWindow()).ifPresent(Window::hide);
      }
    }
  }

  /** The pane that holds a neighbour of the view in the standard layout, otherwise any pane. */
  private TabPane home(String viewId) {
    List<String> neighbours =
        standardTabs(standard)
            .filter(group -> group.views().contains(viewId))
            .flatMap(group -> group.views().stream())
            .toList();
    return neighbours.stream()
        .map(tabs::get)
        .filter(tab -> tab != null && tab.getTabPane() != null)
        .map(Tab::getTabPane)
        .findFirst()
        .or(() -> panes(root).findFirst())
        .orElseGet(
            () -> {
              DetachableTabPane pane = pane();
              root.getChildren().setAll(pane);
              return pane;
            });
  }

  private static Stream<DockLayout.Tabs> standardTabs(DockLayout layout) {
    if (layout instanceof DockLayout.Tabs tabs) {
      return Stream.of(tabs);
    }
    return ((DockLayout.Split) layout).parts().stream().flatMap(TiwulDock::standardTabs);
  }

  private Node build(DockLayout layout) {
    if (layout instanceof DockLayout.Tabs group) {
      DetachableTabPane pane = pane();
      group.views().forEach(id -> pane.getTabs().add(tab(id)));
      if (!group.selected().isEmpty()) {
        pane.getSelectionModel().select(tab(group.selected()));
      }
      return pane;
    }
    DockLayout.Split split = (DockLayout.Split) layout;
    SplitPane pane = new SplitPane();
    pane.setOrientation(split.vertical() ? Orientation.VERTICAL : Orientation.HORIZONTAL);
    split.parts().forEach(part -> pane.getItems().add(build(part)));
    double[] dividers = split.dividers().stream().mapToDouble(Double::doubleValue).toArray();
    pane.setDividerPositions(dividers);
    return pane;
  }

  private DetachableTabPane pane() {
    return dress(new DetachableTabPane());
  }

  private DetachableTabPane dress(DetachableTabPane pane) {
    pane.setScope("marey");
    pane.setTabClosingPolicy(TabPane.TabClosingPolicy.ALL_TABS);
    pane.setTabMinHeight(22);
    pane.setDetachableTabPaneFactory(
        new DetachableTabPaneFactory() {
          @Override
          protected void init(DetachableTabPane added) {
            dress(added);
          }
        });
    pane.setSceneFactory(
        torn -> {
          Scene scene = new Scene(torn, 640, 420);
          styler.accept(scene);
          return scene;
        });
    return pane;
  }

  private DetachableTab tab(String viewId) {
    return tabs.computeIfAbsent(
        viewId,
        id -> {
          DockView view = views.get(id);
          if (view == null) {
            throw new IllegalArgumentException("no view has the id " + id);
          }
          Node content = view.content().get();
          content.addEventHandler(MouseEvent.MOUSE_PRESSED, event -> pressed(content, event));
          DetachableTab tab = new DetachableTab(view.title(), content);
          tab.setId("tab-" + id);
          tab.setGraphic(new FontIcon(view.icon()));
          tab.setTooltip(
              new Tooltip(view.title() + ": drag to move it, View menu to open it again"));
          return tab;
        });
  }

  private DockLayout layoutOf(Node node) {
    if (node instanceof SplitPane split) {
      List<Double> dividers = new ArrayList<>();
      for (double position : split.getDividerPositions()) {
        dividers.add(position);
      }
      return new DockLayout.Split(
          split.getOrientation() == Orientation.VERTICAL,
          dividers,
          split.getItems().stream().map(this::layoutOf).toList());
    }
    if (node instanceof TabPane pane) {
      List<String> ids = pane.getTabs().stream().map(this::viewId).toList();
      Tab selected = pane.getSelectionModel().getSelectedItem();
      return new DockLayout.Tabs(ids, selected == null ? "" : viewId(selected));
    }
    return DockLayout.tabs();
  }

  private String viewId(Tab tab) {
    String id = tab.getId() == null ? "" : tab.getId();
    return id.startsWith("tab-") ? id.substring("tab-".length()) : id;
  }

  private static Stream<TabPane> panes(Node node) {
    if (node instanceof TabPane pane) {
      return Stream.of(pane);
    }
    if (node instanceof SplitPane split) {
      return split.getItems().stream().flatMap(TiwulDock::panes);
    }
    if (node instanceof StackPane stack) {
      return stack.getChildren().stream().flatMap(TiwulDock::panes);
    }
    return Stream.empty();
  }
}

package dev.marey.diff.view;

import dev.marey.diff.NodeDiff;
import java.util.Optional;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.layout.BorderPane;

/**
 * A whole comparison in one view: pages and devices on two tabs. A window that docks the two
 * separately uses {@link PageDiffView} and {@link DeviceDiffView} themselves.
 *
 * <p>Threading: fx.
 */
public final class NodeDiffView extends BorderPane {

  private final PageDiffView pages;
  private final DeviceDiffView devices = new DeviceDiffView();
  private final Tab pageTab = new Tab("Page diff");
  private final Tab deviceTab = new Tab("Device diff");
  private Optional<NodeDiff> diff = Optional.empty();

  public NodeDiffView(BackgroundWork work) {
    pages = new PageDiffView(work);
    pageTab.setContent(pages);
    deviceTab.setContent(devices);
    TabPane tabs = new TabPane(pageTab, deviceTab);
    tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
    setCenter(tabs);
  }

  public void show(NodeDiff shown) {
    diff = Optional.of(shown);
    pages.show(shown.instants(), shown.ram());
    pages.setOnSwap(this::swap);
    devices.show(shown.instants(), shown.devices(), this::swap);
    pageTab.setText("Page diff (%,d)".formatted(shown.ram().pagesChanged()));
    deviceTab.setText("Device diff (%,d)".formatted(shown.devices().fieldsChanged()));
  }

  public void clear() {
    diff = Optional.empty();
    pages.clear();
    devices.clear();
    pageTab.setText("Page diff");
    deviceTab.setText("Device diff");
  }

  /** Exchanges A and B in both tabs. */
  public void swap() {
    diff.ifPresent(shown -> show(shown.swapped()));
  }

  public PageDiffView pages() {
    return pages;
  }

  public DeviceDiffView devices() {
    return devices;
  }
}

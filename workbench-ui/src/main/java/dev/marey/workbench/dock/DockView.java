package dev.marey.workbench.dock;

import java.util.function.Supplier;
import javafx.scene.Node;

/**
 * A view that can be docked.
 *
 * @param id stable name, kept in layouts
 * @param title text of its tab
 * @param icon Ikonli literal
 * @param content makes the view; called when it is first shown
 */
public record DockView(String id, String title, String icon, Supplier<? extends Node> content) {}

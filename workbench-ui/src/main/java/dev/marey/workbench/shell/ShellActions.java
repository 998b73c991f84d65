package dev.marey.workbench.shell;

/** What the window itself can do, for commands. Threading: fx. */
interface ShellActions {

  void quit();

  void closeSession();

  /** Closes the session and opens it again. */
  void openAnew();

  /** Asks for a file and packs all nodes into it. */
  void bundle();

  void toggleTheme();

  /** Makes text larger or smaller by so many pixels. */
  void resizeText(int pixels);

  void showPalette();

  void resetLayout();

  void showView(String viewId);

  void leaveGuest();
}

package dev.marey.workbench.screen;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.Timeline;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import dev.marey.workbench.testing.FakeSession;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScreenViewModelTest {

  private final ShownViewModel shown = new ShownViewModel();
  private final ScreenViewModel model =
      new ScreenViewModel(new FakeSession(), shown, new CurrentThreadTaskService(), Runnable::run);

  @Test
  void aGuestWithoutAScreenSaysWhereToLook() {
    assertThat(model.messageProperty().get())
        .isEqualTo("This guest has no screen. Its console is in the Console view.");
    assertThat(model.picturedProperty().get()).isFalse();
    assertThat(model.headerProperty().get()).isEqualTo("Screen of the live guest");
  }

  @Test
  void aNodeHasNoPictureAndTakesNoKeys() {
    shown.update(Timeline.of(List.of(node(1, 0, 0, 1))));
    model.focused(true);
    shown.select(id(1));
    assertThat(model.messageProperty().get())
        .isEqualTo("S1 has no picture of the screen; only live has one.");
    assertThat(model.takesKeysProperty().get()).isFalse();
    assertThat(model.headerProperty().get()).isEqualTo("No screen at S1");
  }
}

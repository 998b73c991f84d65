package dev.marey.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchTest {

  @TempDir Path folder;
  private final List<String> told = new ArrayList<>();
  private boolean stopped;

  private final StopRequest stop =
      time -> {
        if (stopped) {
          throw new BenchStoppedException();
        }
      };

  private final Narration narration =
      new Narration() {
        @Override
        public void begins(String what, int number, int total) {
          told.add("begins " + what);
        }

        @Override
        public void failed(String why) {
          told.add("failed " + why);
        }

        @Override
        public void done(String what, int steps, int total) {
          told.add("done " + steps);
        }
      };

  private static final class Failing implements Measurement {
    @Override
    public String title() {
      return "the sea";
    }

    @Override
    public void run(Bench bench) throws IOException {
      throw new IOException("no water");
    }
  }

  @Test
  void whatCannotBeMeasuredIsToldAndTheRestGoesOn() throws Exception {
    Bench bench = new Bench(BenchPlan.TRIAL, folder, stop, narration);
    bench.measure(new Failing());
    assertThat(told).containsExactly("failed no water");
    assertThat(bench.report().failures())
        .containsExactly("the sea could not be measured: no water");
    assertThat(bench.report().json().get("failures"))
        .hasToString("[\"the sea could not be measured: no water\"]");
    assertThat(ReportText.notes(bench.report()))
        .contains("the sea could not be measured: no water");
  }

  @Test
  void whatFailsBecauseThePersonEndedItIsNoFailure() throws Exception {
    Bench bench = new Bench(BenchPlan.TRIAL, folder, stop, narration);
    stopped = true;
    assertThatThrownBy(() -> bench.measure(new Failing()))
        .isInstanceOf(BenchStoppedException.class);
    assertThat(bench.report().failures()).isEmpty();
  }
}

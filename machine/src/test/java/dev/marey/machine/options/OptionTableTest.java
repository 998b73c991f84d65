package dev.marey.machine.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class OptionTableTest {

  @Test
  void theDocumentHoldsTheTablesAsTheyAreInTheCode() throws IOException {
    assertThat(Files.readString(Path.of("../docs/qemu-options.md")))
        .contains(OptionTable.toMarkdown())
        .contains(RefusedDevice.toMarkdown());
  }

  @Test
  void everyRefusedOptionHasARemedyAndEveryOptionAReason() {
    assertThat(OptionTable.all())
        .allSatisfy(
            option -> {
              assertThat(option.reason()).isNotBlank().endsWith(".");
              if (option.treatment() == Treatment.REFUSED) {
                assertThat(option.remedy()).isNotBlank().endsWith(".");
              }
            });
  }
}

package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TextTableTest {

  @Test
  void columnsAreAlignedAndNothingTrails() {
    TextTable table = new TextTable().left("NODE").right("PAGES").left("");
    table.row("S1", "12,345", "first");
    table.row("S12", "7", "");
    assertThat(table.lines())
        .containsExactly("NODE   PAGES", "S1    12,345  first", "S12        7");
  }

  @Test
  void bytesAndCountsReadWell() {
    assertThat(ByteText.of(999)).isEqualTo("999 B");
    assertThat(ByteText.of(3_400)).isEqualTo("3.4 kB");
    assertThat(ByteText.of(81_400_000_000L)).isEqualTo("81 GB");
    assertThat(ByteText.of(999_600)).isEqualTo("1.0 MB");
    assertThat(ByteText.count(1, "page", "pages")).isEqualTo("1 page");
    assertThat(ByteText.count(1204, "page", "pages")).isEqualTo("1,204 pages");
  }
}

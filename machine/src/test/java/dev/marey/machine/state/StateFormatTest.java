package dev.marey.machine.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Every way in which bytes are no device state, and what is said about it. */
final class StateFormatTest {

  private static void assertRefused(StreamWriter writer, int offset, String problem) {
    assertThatThrownBy(() -> StateStream.parse(writer.state()))
        .isInstanceOf(StateFormatException.class)
        .hasMessage("Reading the device state failed at byte " + offset + ": " + problem)
        .extracting(e -> ((StateFormatException) e).offset())
        .isEqualTo((long) offset);
  }

  @Test
  void anotherMagic() {
    assertRefused(new StreamWriter().text("QEVN"), 0, "expected magic QEVM, found 0x5145564e");
  }

  @Test
  void anotherVersion() {
    assertRefused(new StreamWriter().text("QEVM").u32(2), 4, "expected stream version 3, found 2");
  }

  @Test
  void nothing() {
    assertRefused(
        new StreamWriter(),
        0,
        "expected magic QEVM (4 bytes), but the stream ends after 0 more bytes");
  }

  @Test
  void anUnknownSection() {
    assertRefused(new StreamWriter().magic().u8(0x42), 8, "expected a section, found byte 0x42");
  }

  @Test
  void aNameLongerThanTheStream() {
    StreamWriter writer = new StreamWriter().magic().u8(0x07).u32(0xffffffffL);
    assertRefused(
        writer,
        13,
        "expected machine type (4294967295 bytes), but the stream ends after 0 more bytes");
  }

  @Test
  void anUnknownConfiguration() {
    StreamWriter writer =
        new StreamWriter().magic().u8(0x07).u32(0).u8(0x05).name("configuration/new").u32(1);
    assertRefused(
        writer, 13, "expected a known part of the configuration, found configuration/new");
  }

  @Test
  void anotherPageSize() {
    StreamWriter writer = new StreamWriter().magic().u8(0x07).u32(0);
    writer.u8(0x05).name("configuration/target-page-bits").u32(1).u32(14);
    assertRefused(writer, 13, "expected pages of 12 bits, found 14");
  }

  @Test
  void anotherLiveSection() {
    StreamWriter writer = new StreamWriter().magic().u8(0x01).u32(1).name("vfio").u32(0).u32(1);
    assertRefused(writer, 8, "expected live section ram of version 4, found vfio of version 1");
  }

  @Test
  void aPartOfAnotherLiveSection() {
    assertRefused(
        new StreamWriter().magic().u8(0x02).u32(9),
        8,
        "expected the ram section with id -1, found id 9");
  }

  private static StreamWriter ram() {
    return new StreamWriter().magic().u8(0x01).u32(2).name("ram").u32(0).u32(4);
  }

  private static StreamWriter ramWithBlock() {
    return ram().u64(0x1000 | 0x04).name("rom").u64(0x1000);
  }

  @Test
  void aRamEntryWithUnknownFlags() {
    assertRefused(ram().u64(0x100), 25, "expected a RAM entry with known flags, found flags 0x100");
  }

  @Test
  void aRamBlockBeyondTheTotal() {
    assertRefused(
        ram().u64(0x1000 | 0x04).name("rom").u64(0x2000),
        33,
        "expected RAM block rom of whole pages within the 4096 bytes left, found 8192 bytes");
  }

  @Test
  void aRamBlockListedTwice() {
    assertRefused(
        ram().u64(0x2000 | 0x04).name("rom").u64(0x1000).name("rom").u64(0x1000),
        45,
        "RAM block rom is listed twice");
  }

  @Test
  void aPageOfAnUnlistedRamBlock() {
    assertRefused(
        ramWithBlock().u64(0x08).name("ram"), 53, "expected a listed RAM block, found ram");
  }

  @Test
  void aPageWithoutARamBlock() {
    assertRefused(ramWithBlock().u64(0x28), 53, "expected the name of the page's RAM block first");
  }

  @Test
  void aPageBehindItsRamBlock() {
    assertRefused(
        ramWithBlock().u64(0x1000 | 0x08).name("rom"),
        53,
        "expected a page inside the 4096 bytes of RAM block rom, found offset 0x1000");
  }

  @Test
  void aPageFilledWithOtherThanZero() {
    assertRefused(
        ramWithBlock().u64(0x02).name("rom").u8(1), 45, "expected a page of zeroes, found fill 1");
  }

  @Test
  void aRamSectionWithoutFooter() {
    assertRefused(ram().u64(0x10).u8(0x04), 33, "expected section footer 0x7e, found byte 0x04");
    assertRefused(
        ram().u64(0x10).footer(3), 33, "expected the footer of section 2, found that of 3");
  }

  @Test
  void aDeviceSectionWithoutFooter() {
    StreamWriter writer = new StreamWriter().magic().device(5, "cpu", 0, 1);
    int body = writer.length();
    assertRefused(
        writer.u8(1, 2, 3),
        body,
        "expected the footer 0x7e of section 5 (cpu) after its body, but there is none");
  }

  @Test
  void aSectionNumberGivenTwice() {
    StreamWriter writer = new StreamWriter().magic().device(5, "cpu", 0, 1).footer(5);
    writer.device(6, "apic", 0, 1).footer(6);
    String json =
        "{\"devices\":[{\"name\":\"apic\",\"instance_id\":0,\"version\":1,\"fields\":[]}]}";
    int second = writer.length() + 1;
    assertRefused(
        writer.device(6, "x", 0, 1).footer(6).end(json), second, "section id 6 of x came before");
  }

  @Test
  void somethingElseBetweenDeviceSections() {
    String json =
        "{\"devices\":[{\"name\":\"apic\",\"instance_id\":0,\"version\":1,\"fields\":[]}]}";
    StreamWriter writer = new StreamWriter().magic().device(6, "apic", 0, 1).footer(6);
    int at = writer.length();
    assertRefused(
        writer.u8(2).end(json),
        at,
        "expected a device section 0x04 or the end mark 0x00, found 0x02");
  }

  @Test
  void somethingElseThanADescriptionAtTheEnd() {
    assertRefused(
        new StreamWriter().magic().u8(0).u8(7),
        9,
        "expected the description 0x06 or the end of the stream");
    assertRefused(
        new StreamWriter().magic().u8(0).u8(6).u32(1).u8(1), 9, "expected a description in JSON");
    assertRefused(
        new StreamWriter().magic().u8(0).u8(6).u32(0).u8(1),
        14,
        "expected the end of the stream, found 1 more bytes");
  }

  @Test
  void aDescriptionThatIsNoJsonOrNotQemus() {
    assertThatThrownBy(() -> StateStream.parse(new StreamWriter().magic().end("{oops").state()))
        .isInstanceOf(StateFormatException.class)
        .hasMessageContaining("failed at byte 14: expected a description in JSON: ");
    assertRefused(
        new StreamWriter().magic().end("{}"), 14, "expected a description with a list of devices");
    assertRefused(
        new StreamWriter().magic().end("{\"devices\": [{}]}"),
        14,
        "expected a description with the text \"name\" in each entry");
    assertRefused(
        new StreamWriter().magic().end("{\"devices\": [{\"name\": \"a\"}]}"),
        14,
        "expected a description with the number \"instance_id\" in each entry");
    assertRefused(
        new StreamWriter()
            .magic()
            .end(
                "{\"devices\": [{\"name\": \"a\", \"instance_id\": 0, \"fields\": [{\"size\": -1}]}]}"),
        14,
        "expected \"size\" of 0 to 2147483647, found -1");
  }

  @Test
  void aSpliceOfACutOffState() throws Exception {
    StateSplice splice =
        StateSplice.of(new StreamWriter().head().device(0, "a", 0, 1).footer(0).u8(0).state());
    StreamWriter cut = new StreamWriter().magic().device(0, "a", 0, 1).footer(1);
    assertThatThrownBy(() -> splice.splice(cut.buffer()))
        .hasMessageContaining("expected the end mark 0x00: the fast state is cut off");
    assertThatThrownBy(() -> splice.splice(new StreamWriter().head().buffer()))
        .hasMessageContaining(
            "expected a device section 0x04, as xen-save-devices-state writes it");
    assertThatThrownBy(() -> StateSplice.of(new StreamWriter().head().u8(0).state()))
        .hasMessageContaining("expected a device section 0x04, but the stream has none");
    assertThat(splice.prefixLengthBytes()).isEqualTo(new StreamWriter().head().length());
  }
}

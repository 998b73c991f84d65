package dev.marey.diff.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.diff.ComparedInstants;
import dev.marey.diff.DeviceDiff;
import dev.marey.diff.FakeRam;
import dev.marey.diff.FieldChange;
import dev.marey.diff.NodeDiff;
import dev.marey.diff.RamDiff;
import dev.marey.diff.Side;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

final class DiffPageTest {

  private static final ComparedInstants INSTANTS =
      new ComparedInstants("S1", "S2 “<script>\u0007&”", Optional.of(Side.A), Optional.empty());

  private static String page(RamDiff ram, FieldChange... fields) throws Exception {
    StringWriter written = new StringWriter();
    DiffPage.write(written, "demo", new NodeDiff(INSTANTS, ram, new DeviceDiff(List.of(fields))));
    return written.toString();
  }

  private static Document parsed(String page) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> texts(Document page, String element) {
    NodeList found = page.getElementsByTagName(element);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      texts.add(found.item(i).getTextContent());
    }
    return texts;
  }

  @Test
  void linesThatDifferStandThereWithTheirAddressesAndTheDifferingBytesMarked() throws Exception {
    FakeRam a = new FakeRam(64).write(3, 0x20, 'n', 'o');
    FakeRam b = a.copy().write(3, 0x21, 'O', 0xff).write(9, 0, 1);
    Document page = parsed(page(RamDiff.of(a.and(b))));

    assertThat(texts(page, "summary")).containsExactly("0x3000  changed", "0x9000  appeared");
    assertThat(texts(page, "pre").get(0))
        .isEqualTo(
            """
            0000003020  6e 6f 00 00 00 00 00 00 00 00 00 00 00 00 00 00  no..............
                        6e 4f ff 00 00 00 00 00 00 00 00 00 00 00 00 00  nO..............
            """);
    assertThat(texts(page, "b")).containsExactly("6f", "00", "4f", "ff", "00", "01");
    assertThat(texts(page, "h1"))
        .containsExactly("demo: " + INSTANTS.header().replace('\u0007', '\ufffd'));
  }

  @Test
  void theHeatMapHasACellForEveryChangedPlaceAtItsPlace() throws Exception {
    FakeRam a = new FakeRam(3 * 128);
    FakeRam b = a.copy().write(2 * 128 + 5, 0, 1);
    Document page = parsed(page(RamDiff.of(a.and(b))));
    List<Element> hot = new ArrayList<>();
    NodeList cells = page.getElementsByTagName("rect");
    for (int i = 0; i < cells.getLength(); i++) {
      if (cells.item(i) instanceof Element cell && cell.getAttribute("class").equals("hot")) {
        hot.add(cell);
      }
    }
    assertThat(hot).hasSize(1);
    assertThat(hot.get(0).getAttribute("fill-opacity")).isEqualTo("1.00");
    assertThat(hot.get(0).getAttribute("x")).isEqualTo("40");
    assertThat(hot.get(0).getAttribute("y")).isEqualTo("16");
    assertThat(hot.get(0).getTextContent()).isEqualTo("0x105000: 1 of 1 pages");
  }

  @Test
  void nothingThatIsShownBecomesMarkupAndNothingIsLoadedFromElsewhere() throws Exception {
    FieldChange hostile =
        new FieldChange(
            "x/<img src=x>",
            "<img src=x>",
            FieldChange.Kind.CHANGED,
            "\"<b>\u0000",
            "]]>",
            true,
            List.of());
    String page = page(RamDiff.of(new FakeRam(4).and(new FakeRam(4))), hostile);
    assertThat(page).doesNotContain("<script", "<img", "http", "<link", "url(");
    assertThat(texts(parsed(page), "td"))
        .containsExactly("x/<img src=x> (clock)", "\"<b>\ufffd", "]]>");
  }

  @Test
  void ofVeryManyPagesTheFirstAreShownAndTheRestIsCounted() throws Exception {
    FakeRam a = new FakeRam(DiffPage.MOST_PAGES + 7);
    FakeRam b = a.copy();
    for (int i = 0; i < DiffPage.MOST_PAGES + 7; i++) {
      b.write(i, 8, 1);
    }
    Document page = parsed(page(RamDiff.of(a.and(b))));
    assertThat(texts(page, "details")).hasSize(DiffPage.MOST_PAGES);
    assertThat(texts(page, "p")).contains("… and 7 more pages.");
  }
}

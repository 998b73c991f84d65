package dev.marey.diff.report;

import java.io.IOException;
import java.io.Writer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes elements and text that are both HTML and well-formed XML, so that nothing a guest or a
 * person has written becomes markup.
 *
 * <p>Threading: one thread.
 */
final class Markup {

  private final XMLStreamWriter out;

  Markup(Writer writer) throws IOException {
    try {
      out = XMLOutputFactory.newInstance().createXMLStreamWriter(writer);
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** Opens an element; attributes are name and value in turn. */
  Markup open(String element, String... attributes) throws IOException {
    return write(
        () -> {
          out.writeStartElement(element);
          attributes(attributes);
        });
  }

  /** An element that HTML knows no end of. */
  Markup empty(String element, String... attributes) throws IOException {
    return write(
        () -> {
          out.writeEmptyElement(element);
          attributes(attributes);
        });
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i + 1 < attributes.length; i += 2) {
      out.writeAttribute(attributes[i], printable(attributes[i + 1]));
    }
  }

  Markup text(String text) throws IOException {
    return write(
        () -> {
          out.writeCharacters(printable(text));
        });
  }

  Markup close() throws IOException {
    return write(
        () -> {
          out.writeEndElement();
        });
  }

  /** A whole element with text. */
  Markup element(String element, String text, String... attributes) throws IOException {
    return open(element, attributes).text(text).close();
  }

  Markup doctype() throws IOException {
    return write(() -> out.writeDTD("<!DOCTYPE html>"));
  }

  Markup flush() throws IOException {
    return write(() -> out.flush());
  }

  private interface Piece {
    void write() throws XMLStreamException;
  }

  private Markup write(Piece piece) throws IOException {
    try {
      piece.write();
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** Control characters are in neither HTML nor XML. */
  private static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]|[\\ufffe\\uffff]|\\p{Cs}", "\ufffd");
  }

  private static IOException failed(XMLStreamException e) {
    return e.getNestedException() instanceof IOException cause
        ? cause
        : new IOException(e.getMessage(), e);
  }
}

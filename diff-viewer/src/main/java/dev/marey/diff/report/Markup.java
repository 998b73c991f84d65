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
    try {
      out.writeStartElement(element);
      attributes(attributes);
    } catch (XMLStreamException e) {
      throw failed(e);
    }
    return this;
  }

  /** An element that HTML knows no end of. */
  Markup empty(String element, String... attributes) throws IOException {
    try {
      out.writeEmptyElement(element);
      attributes(attributes);
    } catch (XMLStreamException e) {
      throw failed(e);
    }
    return this;
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i + 1 < attributes.length; i += 2) {
      out.writeAttribute(attributes[i], printable(attributes[i + 1]));
    }
  }

  Markup text(String text) throws IOException {
    try {
      out.writeCharacters(printable(text));
    } catch (XMLStreamException e) {
      throw failed(e);
    }
    return this;
  }

  Markup close() throws IOException {
    try {
      out.writeEndElement();
    } catch (XMLStreamException e) {
      throw failed(e);
    }
    return this;
  }

  /** A whole element with text. */
  Markup element(String element, String text, String... attributes) throws IOException {
    return open(element, attributes).text(text).close();
  }

  void doctype() throws IOException {
    try {
      out.writeDTD("<!DOCTYPE html>");
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  void flush() throws IOException {
    try {
      out.flush();
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

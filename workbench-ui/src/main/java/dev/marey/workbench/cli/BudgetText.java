package dev.marey.workbench.cli;

import dev.marey.workbench.session.BytesInput;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The value of {@code --budget}, in bytes. */
final class BudgetText implements ITypeConverter<Long> {

  static final String DESCRIPTION =
      "room the session may take on disk, such as 500M or 5G (5GiB counts by 1024), before automatic"
          + " nodes are thinned harder and then stop; the session remembers it, 5G if not given";

  @Override
  public Long convert(String text) {
    return BytesInput.parse(text)
        .orElseThrow(
            () ->
                new TypeConversionException("'" + text + "' is no size; write it like 500M or 5G"));
  }
}

package dev.marey.workbench.command;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/**
 * Finds commands by a few letters of their title. Commands that cannot be done now come last.
 *
 * <p>Threading: fx.
 */
public final class PaletteViewModel {

  private final Commands commands;
  private final StringProperty query = new SimpleStringProperty("");
  private final ObservableList<Command> found = FXCollections.observableArrayList();
  // Kept, because a view of a list that nobody holds stops telling its listeners.
  private final ObservableList<Command> foundSeen = FXCollections.unmodifiableObservableList(found);

  public PaletteViewModel(Commands commands) {
    this.commands = commands;
    query.addListener((property, before, after) -> search());
    search();
  }

  /** What the person typed so far. */
  public StringProperty queryProperty() {
    return query;
  }

  /** Commands that match, best first. */
  public ObservableList<Command> found() {
    return foundSeen;
  }

  /** Looks again, as what can be done changes with time. */
  public void search() {
    record Hit(Command command, int rank) {}
    String wanted = query.get().strip().toLowerCase(Locale.ROOT);
    List<Command> hits =
        commands.all().stream()
            .flatMap(
                command ->
                    rank(command.title().toLowerCase(Locale.ROOT), wanted).stream()
                        .mapToObj(rank -> new Hit(command, rank)))
            .sorted(
                Comparator.comparing((Hit hit) -> !hit.command().enabledProperty().get())
                    .thenComparingInt(Hit::rank))
            .map(Hit::command)
            .toList();
    found.setAll(hits);
  }

  /** Lower is better: prefix, start of a word, inside, letters in order. */
  static OptionalInt rank(String title, String wanted) {
    int at = title.indexOf(wanted);
    if (at == 0) {
      return OptionalInt.of(0);
    }
    if (title.contains(" " + wanted)) {
      return OptionalInt.of(1);
    }
    if (at > 0) {
      return OptionalInt.of(2);
    }
    int from = 0;
    for (char letter : wanted.replace(" ", "").toCharArray()) {
      from = title.indexOf(letter, from) + 1;
      if (from == 0) {
        return OptionalInt.empty();
      }
    }
    return OptionalInt.of(3);
  }
}

package dev.marey.machine.options;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.options.PropertyList.Property;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PropertyListTest {

  @Test
  void partsAreReadAsQemuReadsThem() {
    assertThat(PropertyList.parse("e1000,mac=a,,b,multi,noflag", "driver").all())
        .containsExactly(
            new Property("driver", "e1000", false),
            new Property("mac", "a,b", false),
            new Property("multi", "on", true),
            new Property("flag", "off", true));
  }

  @Test
  void innerKeysOfJsonAreJoinedByDots() {
    assertThat(PropertyList.parse("{\"a\":{\"b\":[{\"c\":1},true]},\"d\":\"x\"}", "").all())
        .containsExactly(
            new Property("a.b.0.c", "1", false),
            new Property("a.b.1", "on", false),
            new Property("d", "x", false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "driver,key=a,,b,flag,nomore,last=",
        "{\"driver\":\"qcow2\",\"backing\":null,\"n\":5,\"on\":true,\"list\":[],\"o\":{\"p\":[1]}}"
      })
  void whatIsNotChangedIsWrittenAsItWasRead(String text) {
    PropertyList list = PropertyList.parse(text, "driver");
    assertThat(list.map(property -> Optional.of(property.value())).toText("driver"))
        .isEqualTo(text);
  }

  @Test
  void changesInJsonStayJson() {
    PropertyList list =
        PropertyList.parse(
            "{\"id\":\"n\",\"fwd\":[{\"str\":\"a\"},{\"str\":\"b\"}],\"on\":true}", "");
    assertThat(list.with("id", "m").toText(""))
        .isEqualTo("{\"id\":\"m\",\"fwd\":[{\"str\":\"a\"},{\"str\":\"b\"}],\"on\":true}");
    assertThat(list.without(key -> key.startsWith("fwd")).toText(""))
        .isEqualTo("{\"id\":\"n\",\"on\":true}");
    assertThat(list.without("fwd.0.str"::equals).with("more", "x").toText(""))
        .isEqualTo("{\"id\":\"n\",\"fwd\":[{\"str\":\"b\"}],\"on\":true,\"more\":\"x\"}");
  }

  @Test
  void brokenJsonHasNoProperties() {
    assertThat(PropertyList.parse("{\"id\":", "driver").all()).isEmpty();
  }
}

package sextant.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sextant.gateway.json.shapes.Choice;
import sextant.gateway.json.shapes.Everything;
import sextant.gateway.json.shapes.Known;
import sextant.gateway.json.shapes.Lists;
import sextant.gateway.json.shapes.Maps;
import sextant.gateway.json.shapes.Optionals;
import sextant.gateway.json.shapes.Scalars;
import sextant.gateway.json.shapes.Tree;
import sextant.kit.testing.Seeds;

/// JSON made by the oracle from random messages is read back as the same messages, and printed as
/// the same JSON.
class JsonReaderRoundTripTest {
  private static final List<Message> TYPES =
      List.of(
          Scalars.getDefaultInstance(),
          Optionals.getDefaultInstance(),
          Lists.getDefaultInstance(),
          Maps.getDefaultInstance(),
          Choice.getDefaultInstance(),
          Tree.getDefaultInstance(),
          Known.getDefaultInstance(),
          Everything.getDefaultInstance());

  private final Programs programs = new Programs();

  private Parsed read(Message type, String json) {
    return programs
        .reader(type.getDescriptorForType())
        .read(json.getBytes(StandardCharsets.UTF_8), Set.of());
  }

  @Test
  void randomMessagesAreReadBack() {
    Seeds.forEach(
        2_000,
        random -> {
          Message type = TYPES.get(random.nextInt(TYPES.size()));
          Message message = RandomMessages.readable(random).message(type, 1 + random.nextInt(4));
          String json = ExpectedJson.of(message);
          Parsed parsed = read(type, json);
          assertThat(parsed.problems()).isEmpty();
          assertThat(type.getParserForType().parseFrom(parsed.wire())).isEqualTo(message);
          byte[] again = programs.writer(type.getDescriptorForType()).write(parsed.wire());
          assertThat(new String(again, StandardCharsets.UTF_8)).isEqualTo(json);
        });
  }

  @Test
  void layoutAndOrderOfTheDocumentMakeNoDifference() {
    Seeds.forEach(
        600,
        random -> {
          Message type = TYPES.get(random.nextInt(TYPES.size()));
          Message message = RandomMessages.readable(random).message(type, 1 + random.nextInt(3));
          String json = Relayout.of(ExpectedJson.of(message), random);
          Parsed parsed = read(type, json);
          assertThat(parsed.problems()).as(json).isEmpty();
          assertThat(type.getParserForType().parseFrom(parsed.wire())).isEqualTo(message);
        });
  }
}

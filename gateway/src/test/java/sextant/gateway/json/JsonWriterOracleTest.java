package sextant.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

/// Random messages of every shape against protobuf's own JSON.
class JsonWriterOracleTest {
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

  private String write(Message type, byte[] wire) throws MalformedWireException {
    byte[] json = programs.writer(type.getDescriptorForType()).write(wire);
    return new String(json, StandardCharsets.UTF_8);
  }

  @Test
  void emptyMessagesOfEveryTypeAreAsExpected() throws Exception {
    for (Message type : TYPES) {
      assertThat(write(type, new byte[0])).isEqualTo(ExpectedJson.of(type));
    }
  }

  @Test
  void randomMessagesAreAsExpected() {
    Seeds.forEach(
        4_000,
        random -> {
          Message type = TYPES.get(random.nextInt(TYPES.size()));
          Message message = RandomMessages.any(random).message(type, 1 + random.nextInt(4));
          assertThat(write(type, message.toByteArray())).isEqualTo(ExpectedJson.of(message));
        });
  }

  @Test
  void messagesInPartsAreMergedAsProtobufMergesThem() {
    Seeds.forEach(
        1_000,
        random -> {
          Message type = TYPES.get(random.nextInt(TYPES.size()));
          ByteArrayOutputStream wire = new ByteArrayOutputStream();
          Message.Builder merged = type.newBuilderForType();
          for (int part = random.nextInt(3) + 2; part > 0; part--) {
            Message message = RandomMessages.any(random).message(type, 1 + random.nextInt(3));
            wire.writeBytes(message.toByteArray());
            merged.mergeFrom(message.toByteArray());
          }
          assertThat(write(type, wire.toByteArray())).isEqualTo(ExpectedJson.of(merged.build()));
        });
  }
}

package sextant.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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

  /// Merged parts can make a duration that is none, which both sides refuse.
  private String attempt(Message type, byte[] wire) {
    try {
      return write(type, wire);
    } catch (MalformedWireException e) {
      return "refused";
    }
  }

  private static String expected(Message message) {
    try {
      return ExpectedJson.of(message);
    } catch (IllegalArgumentException e) {
      return "refused";
    }
  }

  /// Merged by a dynamic message: the builders of generated ones forget to clear a message in a
  /// oneof when another member is set. The generated message then merges equal map keys.
  private static Message merged(Message type, byte[] wire) throws IOException {
    DynamicMessage merged = DynamicMessage.parseFrom(type.getDescriptorForType(), wire);
    return type.newBuilderForType().mergeFrom(merged.toByteArray()).build();
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
        3_000,
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
          for (int part = random.nextInt(3) + 2; part > 0; part--) {
            Message message = RandomMessages.any(random).message(type, 1 + random.nextInt(3));
            wire.writeBytes(message.toByteArray());
          }
          Message merged = merged(type, wire.toByteArray());
          assertThat(attempt(type, wire.toByteArray())).isEqualTo(expected(merged));
        });
  }
}

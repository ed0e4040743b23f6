package sextant.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.gateway.json.shapes.Everything;
import sextant.gateway.json.shapes.Lists;
import sextant.gateway.json.shapes.Scalars;
import sextant.gateway.json.shapes.TrafficLight;
import sextant.gateway.json.shapes.Tree;
import sextant.kit.testing.Seeds;

/// Bytes that are not what they should be: an answer or `MalformedWireException`, nothing else.
class MalformedWireTest {
  private final Programs programs = new Programs();

  private String write(Message type, byte[] wire) throws MalformedWireException {
    byte[] json = programs.writer(type.getDescriptorForType()).write(wire);
    return new String(json, StandardCharsets.UTF_8);
  }

  /// The answer; empty when the bytes were refused.
  private Optional<String> attempt(Message type, byte[] wire) {
    try {
      return Optional.of(write(type, wire));
    } catch (MalformedWireException e) {
      return Optional.empty();
    }
  }

  /// What protobuf makes of the bytes; empty when it refuses them.
  private static Optional<String> expected(Message type, byte[] wire) {
    try {
      DynamicMessage merged = DynamicMessage.parseFrom(type.getDescriptorForType(), wire);
      Message message = type.getParserForType().parseFrom(merged.toByteArray());
      return Optional.of(ExpectedJson.of(message));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void judge(Message type, byte[] wire) {
    Optional<String> ours = attempt(type, wire);
    Optional<String> protobuf = expected(type, wire);
    String hex = HexFormat.of().formatHex(wire);
    // Where protobuf refuses, a value that a later one replaces may have been at fault.
    if (protobuf.isPresent() && !hasEndlessVarint(wire)) {
      assertThat(ours).as(hex).isEqualTo(protobuf);
    }
    ours.ifPresent(
        json -> assertThat(JsonParser.parseString(json).isJsonObject()).as(hex).isTrue());
  }

  /// Protobuf for Java, unlike others, reads a varint whose tenth byte says that more follows.
  private static boolean hasEndlessVarint(byte[] wire) {
    int run = 0;
    for (byte b : wire) {
      run = b < 0 ? run + 1 : 0;
      if (run >= 10) {
        return true;
      }
    }
    return false;
  }

  @Test
  void messagesCutOffAnywhereAreRefusedOrShorter() {
    Seeds.forEach(
        5,
        random -> {
          Message type = Everything.getDefaultInstance();
          byte[] wire = RandomMessages.any(random).message(type, 2).toByteArray();
          for (int length = 0; length < Math.min(wire.length, 1_500); length++) {
            judge(type, Arrays.copyOf(wire, length));
          }
        });
  }

  @Test
  void corruptMessagesAreJudgedAsProtobufJudgesThem() {
    Seeds.forEach(
        2_000,
        random -> {
          Message type =
              random.nextBoolean() ? Scalars.getDefaultInstance() : Everything.getDefaultInstance();
          byte[] wire =
              RandomMessages.any(random).message(type, 1 + random.nextInt(2)).toByteArray();
          for (int i = random.nextInt(4); i >= 0 && wire.length > 0; i--) {
            wire[random.nextInt(wire.length)] = (byte) random.nextInt(256);
          }
          judge(type, wire);
        });
  }

  @Test
  void noiseIsNeverAnythingWorseThanMalformed() {
    Seeds.forEach(
        4_000,
        random -> {
          byte[] noise = new byte[random.nextInt(60)];
          random.nextBytes(noise);
          judge(Tree.getDefaultInstance(), noise);
          judge(Scalars.getDefaultInstance(), noise);
        });
  }

  @Test
  void unknownFieldsOfEveryKindArePassedOver() throws Exception {
    UnknownFieldSet group =
        UnknownFieldSet.newBuilder()
            .addField(1, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                9_999,
                UnknownFieldSet.Field.newBuilder()
                    .addVarint(-1)
                    .addFixed32(1)
                    .addFixed64(2)
                    .addLengthDelimited(ByteString.copyFromUtf8("text"))
                    .addGroup(group)
                    .build())
            .build();
    Scalars known = Scalars.newBuilder().setInt32Field(5).setStringField("x").build();
    Scalars both = known.toBuilder().setUnknownFields(unknown).build();
    assertThat(write(known, both.toByteArray())).isEqualTo(write(known, known.toByteArray()));
    byte[] front = concatenate(unknown.toByteArray(), known.toByteArray());
    assertThat(write(known, front)).isEqualTo(write(known, known.toByteArray()));
  }

  @Test
  void knownFieldsOfAnotherWireTypeArePassedOver() throws Exception {
    // int32_field (3) as a string, string_field (14) as a varint.
    byte[] wire = HexFormat.of().parseHex("1a0161" + "7005");
    assertThat(write(Scalars.getDefaultInstance(), wire))
        .isEqualTo(write(Scalars.getDefaultInstance(), new byte[0]));
  }

  @Test
  void packedAndUnpackedElementsMix() throws Exception {
    // int32_field (3): 1, then packed 2 and 3, an empty run, then 4.
    byte[] wire = HexFormat.of().parseHex("1801" + "1a020203" + "1a00" + "1804");
    assertThat(write(Lists.getDefaultInstance(), wire)).contains("\"int32Field\":[1,2,3,4]");
  }

  @Test
  void unnamedEnumNumbersAreNumbers() throws Exception {
    Scalars message = Scalars.newBuilder().setLightValue(99).setComparisonValue(-77).build();
    assertThat(write(message, message.toByteArray())).endsWith("\"light\":99,\"comparison\":-77}");
    Lists list = Lists.newBuilder().addLight(TrafficLight.TRAFFIC_LIGHT_UNSPECIFIED).build();
    assertThat(write(list, list.toByteArray())).contains("\"light\":[null]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80", // not the start of anything
        "c080", // overlong NUL
        "e08080", // overlong
        "eda080", // surrogate
        "f4908080", // above U+10FFFF
        "f5808080", // never a first byte
        "c3", // cut off
        "e697", // cut off
        "f09f98", // cut off
        "6162636465666768ff" // after a run of plain text
      })
  void stringsThatAreNotUtf8AreRefused(String hex) {
    byte[] text = HexFormat.of().parseHex(hex);
    byte[] wire = concatenate(new byte[] {0x72, (byte) text.length}, text);
    assertThatThrownBy(() -> write(Scalars.getDefaultInstance(), wire))
        .isInstanceOf(MalformedWireException.class)
        .hasMessage("a string is not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00", // field number 0
        "18", // no value
        "18ffffffffffffffffffff01", // varint of eleven bytes
        "72", // no length
        "7205616263", // shorter than its length
        "72ffffffff0f", // negative length
        "72ffffffff07", // far too long
        "0d0102", // fixed32 cut off
        "1b", // group without end
        "1b1c24", // end of another group behind it
        "1c", // end without start
        "1e", // wire type 6
        "1f" // wire type 7
      })
  void malformedWireIsRefused(String hex) {
    byte[] wire = HexFormat.of().parseHex(hex);
    assertThat(attempt(Scalars.getDefaultInstance(), wire)).isEmpty();
    assertThat(expected(Scalars.getDefaultInstance(), wire)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"18858080808000", "9880808080008500", "1885808080808080808000"})
  void overlongVarintsAreRead(String hex) throws Exception {
    byte[] wire = HexFormat.of().parseHex(hex);
    assertThat(write(Scalars.getDefaultInstance(), wire)).contains("\"int32Field\":5");
    judge(Scalars.getDefaultInstance(), wire);
  }

  @Test
  void nestingIsLimited() throws Exception {
    assertThat(write(Tree.getDefaultInstance(), nested(64))).contains("\"left\":null");
    assertThatThrownBy(() -> write(Tree.getDefaultInstance(), nested(65)))
        .isInstanceOf(MalformedWireException.class)
        .hasMessage("nested deeper than 64");
  }

  private static byte[] nested(int levels) {
    Tree tree = Tree.getDefaultInstance();
    for (int i = 1; i < levels; i++) {
      tree = Tree.newBuilder().setLeft(tree).build();
    }
    return tree.toByteArray();
  }

  @Test
  void deeplyNestedGroupsAreRefused() {
    byte[] groups = new byte[100_000];
    Arrays.fill(groups, (byte) 0x1b);
    assertThat(attempt(Scalars.getDefaultInstance(), groups)).isEmpty();
  }

  /// Looking again on every level would take two to the power of 60 steps.
  @Test
  @Timeout(60)
  void fieldsOutOfOrderOnEveryLevelAreLookedAtTwiceInAll() throws Exception {
    byte[] wire = {};
    for (int i = 0; i < 60; i++) {
      ByteArrayOutputStream outer = new ByteArrayOutputStream();
      Tree.newBuilder().setLeft(Tree.parseFrom(wire)).build().writeTo(outer);
      // The name, number 1, behind the subtree.
      outer.writeBytes(new byte[] {0x0a, 1, 'x'});
      wire = outer.toByteArray();
    }
    assertThat(write(Tree.getDefaultInstance(), wire)).startsWith("{\"name\":\"x\"");
  }

  private static byte[] concatenate(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}

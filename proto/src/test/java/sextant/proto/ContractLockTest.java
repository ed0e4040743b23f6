package sextant.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Clients in other languages are compiled against field numbers and types, so none may change or
/// disappear. contract.lock lists them all; `-Dsextant.lock=write` rewrites it after an addition.
class ContractLockTest {

  private static final Path LOCK = Path.of("contract.lock");

  @Test
  void theContractMatchesItsLock() throws Exception {
    TreeSet<String> current = new TreeSet<>();
    for (FileDescriptor file : Contract.files()) {
      file.getMessageTypes().forEach(message -> add(message, current));
      file.getEnumTypes().forEach(type -> add(type, current));
      file.getServices()
          .forEach(
              service ->
                  service
                      .getMethods()
                      .forEach(
                          rpc ->
                              current.add(
                                  "rpc %s (%s%s) %s%s"
                                      .formatted(
                                          rpc.getFullName(),
                                          rpc.isClientStreaming() ? "stream " : "",
                                          rpc.getInputType().getFullName(),
                                          rpc.isServerStreaming() ? "stream " : "",
                                          rpc.getOutputType().getFullName()))));
    }
    if ("write".equals(System.getProperty("sextant.lock"))) {
      Files.write(LOCK, current);
    }
    assertThat(new TreeSet<>(Files.readAllLines(LOCK)))
        .as("proto/contract.lock; after adding to the contract run with -Dsextant.lock=write")
        .isEqualTo(current);
  }

  private static void add(Descriptor message, TreeSet<String> lines) {
    for (FieldDescriptor field : message.getFields()) {
      lines.add(
          "field %s = %d %s%s %s"
              .formatted(
                  field.getFullName(),
                  field.getNumber(),
                  field.isRepeated() ? "repeated " : field.hasPresence() ? "optional " : "",
                  typeName(field),
                  field.getJsonName()));
    }
    message.getNestedTypes().forEach(nested -> add(nested, lines));
    message.getEnumTypes().forEach(type -> add(type, lines));
  }

  private static void add(EnumDescriptor type, TreeSet<String> lines) {
    type.getValues()
        .forEach(
            value -> lines.add("value %s = %d".formatted(value.getFullName(), value.getNumber())));
  }

  private static String typeName(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      default -> field.getType().name().toLowerCase(java.util.Locale.ROOT);
    };
  }
}

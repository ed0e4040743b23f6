package sextant.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sextant.access.v1.AccessProto;
import sextant.access.v1.Role;
import sextant.errors.v1.ErrorReason;
import sextant.errors.v1.ErrorReasonProto;

/// Holds every file of the contract to the rules that the gateway and generated clients rely on.
class ContractConventionsTest {

  @Test
  void packagesFollowTheirFolderAndCarryAVersion() throws Exception {
    for (FileDescriptor file : Contract.files()) {
      assertThat(file.getPackage()).endsWith(".v1");
      String folder = file.getName().substring(0, file.getName().lastIndexOf('/'));
      assertThat(folder.replace('/', '.')).isEqualTo(file.getPackage());
      assertThat(file.getOptions().getJavaPackage()).isEqualTo(file.getPackage());
    }
  }

  @Test
  void everyRpcStatesWhoMayCallIt() throws Exception {
    for (FileDescriptor file : Contract.files()) {
      for (ServiceDescriptor service : file.getServices()) {
        for (MethodDescriptor rpc : service.getMethods()) {
          assertThat(rpc.getOptions().getExtension(AccessProto.allow).getMinimum())
              .as(rpc.getFullName())
              .isNotEqualTo(Role.ROLE_UNSPECIFIED);
        }
      }
    }
  }

  @Test
  void everyEnumStartsWithAnUnspecifiedValueAndUsesItsPrefix() throws Exception {
    for (FileDescriptor file : Contract.files()) {
      List<EnumDescriptor> enums = new ArrayList<>(file.getEnumTypes());
      file.getMessageTypes().forEach(message -> collectEnums(message, enums));
      for (EnumDescriptor type : enums) {
        String prefix =
            type.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT) + "_";
        assertThat(type.findValueByNumber(0).getName()).isEqualTo(prefix + "UNSPECIFIED");
        assertThat(type.getValues()).allMatch(value -> value.getName().startsWith(prefix));
      }
    }
  }

  @Test
  void everyErrorReasonStatesItsStatus() {
    for (ErrorReason reason : ErrorReason.values()) {
      if (reason != ErrorReason.UNRECOGNIZED) {
        assertThat(
                reason
                    .getValueDescriptor()
                    .getOptions()
                    .getExtension(ErrorReasonProto.status)
                    .getHttp())
            .as(reason.name())
            .isBetween(400, 599);
      }
    }
  }

  @Test
  void everythingIsDocumented() throws Exception {
    List<String> undocumented = new ArrayList<>();
    for (FileDescriptor file : Contract.files()) {
      FileDescriptorProto proto = file.toProto();
      Map<List<Integer>, String> comments = new HashMap<>();
      for (Location location : proto.getSourceCodeInfo().getLocationList()) {
        comments.put(location.getPathList(), location.getLeadingComments().strip());
      }
      for (List<Integer> path : documentablePaths(proto)) {
        if (comments.getOrDefault(path, "").isEmpty()) {
          undocumented.add(file.getName() + " " + path);
        }
      }
    }
    assertThat(undocumented).isEmpty();
  }

  /// Source paths of messages (4), their fields (2), enums (5), their values (2), services (6) and
  /// their methods (2), numbered as in descriptor.proto.
  private static List<List<Integer>> documentablePaths(FileDescriptorProto file) {
    List<List<Integer>> paths = new ArrayList<>();
    for (int message = 0; message < file.getMessageTypeCount(); message++) {
      paths.add(List.of(4, message));
      for (int field = 0; field < file.getMessageType(message).getFieldCount(); field++) {
        paths.add(List.of(4, message, 2, field));
      }
    }
    for (int type = 0; type < file.getEnumTypeCount(); type++) {
      paths.add(List.of(5, type));
      for (int value = 0; value < file.getEnumType(type).getValueCount(); value++) {
        paths.add(List.of(5, type, 2, value));
      }
    }
    for (int service = 0; service < file.getServiceCount(); service++) {
      paths.add(List.of(6, service));
      for (int rpc = 0; rpc < file.getService(service).getMethodCount(); rpc++) {
        paths.add(List.of(6, service, 2, rpc));
      }
    }
    return paths;
  }

  private static void collectEnums(Descriptor message, List<EnumDescriptor> enums) {
    enums.addAll(message.getEnumTypes());
    message.getNestedTypes().forEach(nested -> collectEnums(nested, enums));
  }
}

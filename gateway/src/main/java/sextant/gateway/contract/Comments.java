package sextant.gateway.contract;

import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The leading comments of the contract, which are the documentation of the API.
public final class Comments {

  // Field numbers of descriptor.proto, of which the paths of source locations are made.
  private static final int FILE_MESSAGE = 4;
  private static final int FILE_ENUM = 5;
  private static final int FILE_SERVICE = 6;
  private static final int MESSAGE_FIELD = 2;
  private static final int MESSAGE_NESTED = 3;
  private static final int MESSAGE_ENUM = 4;
  private static final int ENUM_VALUE = 2;
  private static final int SERVICE_METHOD = 2;

  private final Map<String, String> byName = new HashMap<>();

  private Comments() {}

  static Comments of(List<FileDescriptor> files) {
    Comments comments = new Comments();
    files.forEach(comments::add);
    return comments;
  }

  /// The comment in front of a service, RPC, message, field, enum or enum value; empty when there
  /// is none. Lines of a paragraph are joined, paragraphs stay apart.
  public String of(GenericDescriptor element) {
    return byName.getOrDefault(element.getFullName(), "");
  }

  private void add(FileDescriptor file) {
    Map<List<Integer>, String> located = new HashMap<>();
    for (Location location : file.toProto().getSourceCodeInfo().getLocationList()) {
      if (location.hasLeadingComments()) {
        located.put(location.getPathList(), unwrap(location.getLeadingComments()));
      }
    }
    for (ServiceDescriptor service : file.getServices()) {
      List<Integer> path = List.of(FILE_SERVICE, service.getIndex());
      add(service, path, located);
      service
          .getMethods()
          .forEach(method -> add(method, then(path, SERVICE_METHOD, method.getIndex()), located));
    }
    file.getMessageTypes()
        .forEach(type -> addMessage(type, List.of(FILE_MESSAGE, type.getIndex()), located));
    file.getEnumTypes()
        .forEach(type -> addEnum(type, List.of(FILE_ENUM, type.getIndex()), located));
  }

  private void addMessage(Descriptor type, List<Integer> path, Map<List<Integer>, String> located) {
    add(type, path, located);
    type.getFields()
        .forEach(field -> add(field, then(path, MESSAGE_FIELD, field.getIndex()), located));
    type.getNestedTypes()
        .forEach(
            nested -> addMessage(nested, then(path, MESSAGE_NESTED, nested.getIndex()), located));
    type.getEnumTypes()
        .forEach(nested -> addEnum(nested, then(path, MESSAGE_ENUM, nested.getIndex()), located));
  }

  private void addEnum(
      EnumDescriptor type, List<Integer> path, Map<List<Integer>, String> located) {
    add(type, path, located);
    type.getValues()
        .forEach(value -> add(value, then(path, ENUM_VALUE, value.getIndex()), located));
  }

  private void add(
      GenericDescriptor element, List<Integer> path, Map<List<Integer>, String> located) {
    String comment = located.get(path);
    if (comment != null) {
      byName.put(element.getFullName(), comment);
    }
  }

  private static List<Integer> then(List<Integer> path, int field, int index) {
    return Stream.concat(path.stream(), Stream.of(field, index)).toList();
  }

  private static String unwrap(String comment) {
    return comment.strip().replaceAll(" *\\n *", "\n").replaceAll("(?<!\\n)\\n(?![\\n*-])", " ");
  }
}

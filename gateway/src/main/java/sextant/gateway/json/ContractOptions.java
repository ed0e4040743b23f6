package sextant.gateway.json;

import com.google.protobuf.DescriptorProtos.EnumOptions;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import sextant.http.v1.EnumNaming;
import sextant.http.v1.Field;
import sextant.http.v1.HttpProto;

/// The options of the contract that say how JSON looks. They are parsed anew with their extensions
/// known, so descriptors work however they were loaded.
final class ContractOptions {
  private static final ExtensionRegistry EXTENSIONS = ExtensionRegistry.newInstance();

  static {
    HttpProto.registerAllExtensions(EXTENSIONS);
  }

  private ContractOptions() {}

  static Field of(FieldDescriptor field) {
    try {
      return FieldOptions.parseFrom(field.getOptions().toByteString(), EXTENSIONS)
          .getExtension(HttpProto.field);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the options of " + field + " cannot be read", e);
    }
  }

  static EnumNaming naming(EnumDescriptor type) {
    try {
      return EnumOptions.parseFrom(type.getOptions().toByteString(), EXTENSIONS)
          .getExtension(HttpProto.enumNaming);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the options of " + type + " cannot be read", e);
    }
  }

  /// Whether the reader fills this field from the keys it saw, instead of from a key of its own.
  static boolean isUpdateMask(FieldDescriptor field) {
    return field.getName().equals("update_mask")
        && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && field.getMessageType().getFullName().equals(FieldMask.getDescriptor().getFullName());
  }
}

package sextant.proto;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.ExtensionRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sextant.access.v1.AccessProto;
import sextant.errors.v1.ErrorReasonProto;
import sextant.http.v1.HttpProto;

/// The compiled contract as it ships, comments included.
final class Contract {

  private Contract() {}

  /// Our own files, with options and source information.
  static List<FileDescriptor> files() throws IOException, DescriptorValidationException {
    ExtensionRegistry options = ExtensionRegistry.newInstance();
    AccessProto.registerAllExtensions(options);
    HttpProto.registerAllExtensions(options);
    ErrorReasonProto.registerAllExtensions(options);
    try (InputStream in = Contract.class.getResourceAsStream("/sextant/contract.desc")) {
      FileDescriptorSet set = FileDescriptorSet.parseFrom(in, options);
      Map<String, FileDescriptor> built = new LinkedHashMap<>();
      for (FileDescriptorProto file : set.getFileList()) {
        FileDescriptor[] imports =
            file.getDependencyList().stream().map(built::get).toArray(FileDescriptor[]::new);
        built.put(file.getName(), FileDescriptor.buildFrom(file, imports));
      }
      return built.values().stream().filter(f -> f.getPackage().startsWith("sextant.")).toList();
    }
  }
}

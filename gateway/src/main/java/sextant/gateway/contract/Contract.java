package sextant.gateway.contract;

import build.buf.validate.ValidateProto;
import com.google.api.AnnotationsProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.ExtensionRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sextant.access.v1.AccessProto;
import sextant.http.v1.HttpProto;

/// Everything the gateway knows about the mesh: the services, messages, options and comments of the
/// descriptor sets it was given. Nothing here depends on generated classes of a domain.
public final class Contract {

  private static final String RESOURCE = "/sextant/contract.desc";
  private static final ExtensionRegistry EXTENSIONS = extensions();

  private final List<FileDescriptor> files;
  private final Comments comments;

  private Contract(List<FileDescriptor> files) {
    this.files = List.copyOf(files);
    this.comments = Comments.of(files);
  }

  /// The contract of the mesh, as it was compiled into the proto module.
  public static Contract load() {
    return of(List.of(read(RESOURCE)));
  }

  /// A descriptor set on the class path, options understood.
  public static FileDescriptorSet read(String resource) {
    try (InputStream in = Contract.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no descriptor set " + resource + " on the class path");
      }
      return FileDescriptorSet.parseFrom(in, EXTENSIONS);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// The union of several descriptor sets; a file that is in more than one counts once.
  public static Contract of(List<FileDescriptorSet> sets) {
    Map<String, FileDescriptorProto> protos = new LinkedHashMap<>();
    sets.forEach(
        set -> set.getFileList().forEach(file -> protos.putIfAbsent(file.getName(), file)));
    Map<String, FileDescriptor> built = new LinkedHashMap<>();
    protos.keySet().forEach(name -> build(name, protos, built));
    return new Contract(List.copyOf(built.values()));
  }

  private static FileDescriptor build(
      String name, Map<String, FileDescriptorProto> protos, Map<String, FileDescriptor> built) {
    FileDescriptor known = built.get(name);
    if (known != null) {
      return known;
    }
    FileDescriptorProto proto = protos.get(name);
    if (proto == null) {
      throw new IllegalStateException("the descriptor sets lack " + name);
    }
    FileDescriptor[] dependencies =
        proto.getDependencyList().stream()
            .map(dependency -> build(dependency, protos, built))
            .toArray(FileDescriptor[]::new);
    try {
      FileDescriptor file = FileDescriptor.buildFrom(proto, dependencies);
      built.put(name, file);
      return file;
    } catch (DescriptorValidationException malformed) {
      throw new IllegalStateException(name + " is malformed", malformed);
    }
  }

  public Comments comments() {
    return comments;
  }

  /// The RPCs with an HTTP rule, in the order declared.
  public List<Rpc> rpcs() {
    List<Rpc> rpcs = new ArrayList<>();
    for (FileDescriptor file : files) {
      for (ServiceDescriptor service : file.getServices()) {
        for (MethodDescriptor method : service.getMethods()) {
          if (method.getOptions().hasExtension(AnnotationsProto.http)) {
            rpcs.add(Rpc.of(method));
          }
        }
      }
    }
    return rpcs;
  }

  private static ExtensionRegistry extensions() {
    ExtensionRegistry registry = ExtensionRegistry.newInstance();
    AnnotationsProto.registerAllExtensions(registry);
    AccessProto.registerAllExtensions(registry);
    HttpProto.registerAllExtensions(registry);
    ValidateProto.registerAllExtensions(registry);
    return registry;
  }
}

package sextant.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.List;
import java.util.Set;

/// A JSON document read as a protobuf message.
///
/// @param wire the message on the wire; means nothing when there are problems
/// @param present the top-level fields whose key was there, `null` values included
/// @param loneElement whether a top-level list came as a lone element, see `accept_single`
/// @param problems everything wrong with the document, in its order; at most 100
public record Parsed(
    byte[] wire, Set<FieldDescriptor> present, boolean loneElement, List<Problem> problems) {}

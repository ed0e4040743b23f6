package sextant.kit.rpc;

import com.google.protobuf.Message;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A page of a list, made by [PageRequest]. `next` is the cursor of the page after it, if there is
/// one.
public record Page<R>(List<R> rows, int limit, Optional<String> next) {

  public <M> List<M> map(Function<R, M> message) {
    return rows.stream().map(message).toList();
  }

  /// Fills a message of the contract that describes a page; they all have the fields `total`,
  /// `limit`, `has_more` and `cursor`. `total`: rows of the whole list.
  public <B extends Message.Builder> B describe(B pagination, long total) {
    set(pagination, "total", total);
    set(pagination, "limit", limit);
    set(pagination, "has_more", next.isPresent());
    next.ifPresent(cursor -> set(pagination, "cursor", cursor));
    return pagination;
  }

  private static void set(Message.Builder message, String field, Object value) {
    message.setField(message.getDescriptorForType().findFieldByName(field), value);
  }
}

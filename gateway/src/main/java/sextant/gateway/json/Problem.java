package sextant.gateway.json;

/// One thing wrong with a request.
///
/// @param field JSON path such as `events[3].customerId`, empty when it is the whole document
/// @param message what was wrong and what is allowed
public record Problem(String field, String message) {}

package sextant.metrics.threshold;

import java.util.UUID;

/// A value that came, changed or went. Values are the JSON of [Scalar].
///
/// @param subjectId whose value; empty: the aggregate of all
/// @param valueId which of the subject's values; empty: the only one
/// @param participantRole null for none
/// @param context null for none
/// @param before null when there was none
/// @param after null when there is none any more
record Change(
    String subjectId,
    String valueId,
    UUID variantId,
    String participantRole,
    String context,
    String before,
    String after) {}

/// Translates between protobuf on the wire and the documented JSON, without generated classes and
/// without building messages.
///
/// [sextant.gateway.json.Programs] compiles descriptors at start-up. A
/// [sextant.gateway.json.JsonWriter] is a tree of `FieldWriter`s around `ValueWriter`s: one pass
/// over the wire when fields come in order, else `FieldTable` finds them first. A
/// [sextant.gateway.json.JsonReader] is a tree of `FieldReader`s around `ValueReader`s that walks
/// the tokens of Jackson and writes the wire as it goes. What the contract says about JSON (absent
/// values, decimals, raw JSON, aliases, names of enums) comes in through `ContractOptions`.
///
/// 64-bit integers are JSON numbers at full precision in both directions; clients that read numbers
/// as doubles lose digits above 2^53.
package sextant.gateway.json;

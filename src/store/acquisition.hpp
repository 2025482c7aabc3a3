// The data acquisition format of Edge Impulse clients: a signed map {protected, signature, payload} in JSON or CBOR.
#pragma once

#include "store/format.hpp"

namespace mote::store {

enum class Encoding { json, cbor };

/// Reads one recording: payload.values, shape [frames, sensors] (or [frames] for one sensor), at 1000 / payload.interval_ms Hz.
///
/// The signature is HMAC-SHA256 over the bytes as they are with 64 zeros in the place of the signature. With a key in options.hmac_key it
/// is checked, and a file that is not signed with it is refused; without one nothing is checked, and a remark says so. Metadata
/// "signature" says "verified", "unchecked" (signed, no key) or "none" (not signed). Values are read one by one, so memory stays bounded by
/// the values and not by a tree of them. Throws base::Error "bad_input" naming the byte, or the row and sensor.
void read_acquisition(Encoding encoding, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink);

}  // namespace mote::store

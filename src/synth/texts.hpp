// Things people say that are not the wake word.
#pragma once

#include <span>
#include <string_view>

namespace mote::synth {

/// Common English words of one to three syllables.
std::span<const std::string_view> words();
/// Everyday English sentences.
std::span<const std::string_view> sentences();

}  // namespace mote::synth

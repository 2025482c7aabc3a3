// More speakers than espeak-ng brings: variants drawn at random, so that a model hears a crowd and not sixty people.
#pragma once

#include "base/files.hpp"
#include "base/random.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mote::synth {

/// The text of one speaker variant (espeak-ng, docs/voices.md: pitch in Hz, formants in per cent of the language's own): a vocal tract
/// between a child's and a large man's, each formant a little off, another timbre, hoarseness and stress.
std::string make_variant(base::Random random);

/// A view of espeak-ng's data in a temporary folder, with `count` variants of our own in place of its variants. The same seed gives the
/// same voices. Throws base::Error "not_found" when espeak-ng is not installed.
class MadeVoices {
  public:
    static constexpr std::string_view prefix = "made";  ///< of their names; none of espeak-ng's begins so

    MadeVoices(int count, base::Random random);

    const std::vector<std::string>& names() const { return names_; }
    /// For Utterance::data.
    std::string data() const { return folder_.path().string(); }

  private:
    base::TemporaryFolder folder_;
    std::vector<std::string> names_;
};

}  // namespace mote::synth

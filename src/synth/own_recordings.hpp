// A person's own recordings of the phrases, for the training set of a wake word.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mote::synth {

struct OwnRecording {
    std::string label;
    std::string file;
    std::vector<float> samples;  ///< mono, in [-1, 1], at the asked rate, silence at both ends removed
};

/// Reads DIR/<label or phrase>/* and, where there is one label only, DIR/*. Files that cannot be read, or lie in a folder that is no label,
/// are added to `problems` with the reason. Throws base::Error "not_found" when the folder does not exist, "bad_input" when nothing was
/// readable.
std::vector<OwnRecording> read_own_recordings(const std::filesystem::path& folder, const std::vector<std::string>& labels, double rate_hz,
                                              std::vector<std::string>& problems);

}  // namespace mote::synth

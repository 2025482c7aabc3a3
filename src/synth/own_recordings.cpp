#include "synth/own_recordings.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "store/format.hpp"
#include "store/resample.hpp"
#include "synth/corpus.hpp"
#include "synth/speech.hpp"

#include <algorithm>

namespace mote::synth {

namespace fs = std::filesystem;

namespace {

/// Every channel mixed to one, full scale 1.
std::vector<float> to_mono(const store::Signal& signal) {
    const float scale = signal.type() == store::SampleType::i16 ? 1.0f / 32768.0f : 1.0f;
    const std::size_t channels = signal.channels.size();
    std::vector<float> mono(signal.frames);
    for (std::size_t i = 0; i < signal.frames; ++i) {
        float sum = 0;
        for (std::size_t c = 0; c < channels; ++c) sum += signal.at(i * channels + c);
        mono[i] = sum * scale / static_cast<float>(channels);
    }
    return mono;
}

std::vector<float> read_speech(const fs::path& file, double rate_hz) {
    const auto bytes = base::read_file(file);
    const auto* format = store::find_format(file.filename().string(), std::span(bytes).first(std::min<std::size_t>(bytes.size(), 4096)));
    if (!format) throw base::Error("bad_input", "is in no format that mote reads", "record as wav, flac, ogg or mp3");
    std::vector<float> speech;
    format->read(file.filename().string(), bytes, {}, [&](store::Recording&& recording) {
        if (recording.signal.is_image() || recording.signal.rate_hz < 8000)
            throw base::Error("bad_input", "is not a sound recording", "record with at least 8 kHz");
        if (speech.empty()) speech = to_mono(store::resample(recording.signal, rate_hz));
    });
    trim_silence(speech);
    if (speech.empty()) throw base::Error("bad_input", "holds only silence", "record it again, nearer to the microphone");
    return speech;
}

/// The label of a file: its folder's name, or the only label for a file that lies in `folder` itself; "" when it has none.
std::string label_for(const fs::path& folder, const fs::path& file, const std::vector<std::string>& labels) {
    if (file.parent_path() == folder) return labels.size() == 1 ? labels.front() : "";
    const std::string name = label_of(file.parent_path().filename().string());
    for (const auto& label : {std::string(other_label), std::string(noise_label)})
        if (file.parent_path().filename() == label) return label;
    return std::find(labels.begin(), labels.end(), name) != labels.end() ? name : "";
}

}  // namespace

std::vector<OwnRecording> read_own_recordings(const fs::path& folder, const std::vector<std::string>& labels, double rate_hz,
                                              std::vector<std::string>& problems) {
    if (!fs::is_directory(folder))
        throw base::Error("not_found", folder.string() + ": there is no such folder of recordings", "name the folder that holds them");
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && !entry.is_symlink()) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<OwnRecording> recordings;
    for (const auto& file : files) {
        const std::string name = fs::relative(file, folder).string();
        try {
            const std::string label = label_for(folder, file, labels);
            if (label.empty())
                throw base::Error("bad_input", "lies in no folder named after a phrase", "put it into a folder such as " + labels.front());
            recordings.push_back({label, name, read_speech(file, rate_hz)});
        } catch (const base::Error& error) {
            problems.push_back(name + ": " + error.message() + " (" + error.hint() + ")");
        }
    }
    if (recordings.empty())
        throw base::Error("bad_input",
                          folder.string() + ": holds no recording that could be used" + (problems.empty() ? "" : "; " + problems.front()),
                          "put wav files into " + (folder / labels.front()).string());
    return recordings;
}

}  // namespace mote::synth

#include "synth/speech.hpp"

#include "base/error.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "store/resample.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <set>

namespace mote::synth {

namespace {

constexpr double espeak_rate_hz = 22050;
constexpr std::size_t wav_header_bytes = 44;

base::ProcessResult espeak(std::vector<std::string> arguments, const base::Cancel* cancel = nullptr) {
    arguments.insert(arguments.begin(), "espeak-ng");
    base::ProcessOptions options;
    options.timeout_s = 60;
    options.cancel = cancel;
    try {
        return base::run_process(arguments, options);
    } catch (const base::Error& error) {
        if (error.code() != "not_found") throw;
        throw base::Error("not_found", "synthetic voices need espeak-ng, and it is not installed", "apt-get install espeak-ng");
    }
}

std::vector<std::string> list_variants() {
    static const std::set<std::string> effects = {
        "Demonic",   "UniRobot", "anikaRobot", "robosoft", "robosoft2", "robosoft3", "robosoft4", "robosoft5", "robosoft6", "robosoft7",
        "robosoft8", "croak",    "whisper",    "whisperf", "fast",      "Tweaky",    "Storm",     "klatt5",    "klatt6",    "Mr serious"};
    std::vector<std::string> names;
    const auto result = espeak({"--voices=variant"});
    for (const auto& line : base::split(result.output, '\n')) {
        const std::size_t at = line.find("!v/");
        if (at == std::string::npos) continue;
        std::string name(base::trim(std::string_view(line).substr(at + 3)));
        if (name.find(' ') == std::string::npos && !effects.contains(name)) names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    if (names.size() < 10)
        throw base::Error("tool_failed", "espeak-ng lists only " + std::to_string(names.size()) + " speaker variants",
                          "install espeak-ng-data");
    return names;
}

}  // namespace

void trim_silence(std::vector<float>& samples) {
    float peak = 0;
    for (const float x : samples) peak = std::max(peak, std::fabs(x));
    const auto loud = [&](float x) { return std::fabs(x) > 0.02f * peak; };
    const auto last = std::find_if(samples.rbegin(), samples.rend(), loud).base();
    const auto first = std::find_if(samples.begin(), last, loud);
    samples = peak > 0 ? std::vector<float>(first, last) : std::vector<float>();
}

const std::vector<std::string>& variants() {
    static const std::vector<std::string> names = list_variants();
    return names;
}

std::filesystem::path data_folder() {
    constexpr std::string_view before = "Data at: ";
    const std::string version = espeak({"--version"}).output;
    const std::size_t at = version.find(before);
    const std::filesystem::path folder =
        at == std::string::npos ? std::string() : std::string(base::trim(std::string_view(version).substr(at + before.size())));
    if (!std::filesystem::is_directory(folder / "voices" / "!v"))
        throw base::Error("tool_failed", "espeak-ng does not say where its voices are: " + version, "install espeak-ng-data");
    return folder;
}

std::vector<std::string> accents(const std::string& language) {
    if (language == "en")
        return {"en-us", "en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-us-nyc", "en-029"};
    return {language};
}

std::vector<float> speak(const Utterance& utterance, double rate_hz, double stretch, const base::Cancel* cancel) {
    const std::string voice = utterance.variant.empty() ? utterance.accent : utterance.accent + "+" + utterance.variant;
    std::vector<std::string> arguments;
    if (!utterance.data.empty()) arguments.push_back("--path=" + utterance.data);
    for (const auto& argument : {std::string("-v"), voice, std::string("-s"), std::to_string(utterance.words_per_minute), std::string("-p"),
                                 std::to_string(utterance.pitch), std::string("-g"), std::to_string(utterance.word_gap),
                                 std::string("--stdout"), std::string("--"), utterance.text})
        arguments.push_back(argument);
    const auto result = espeak(std::move(arguments), cancel);
    if (!result.ok() || result.output.size() < wav_header_bytes)
        throw base::Error("tool_failed", "espeak-ng cannot say \"" + utterance.text + "\" as " + voice + ": " + result.error_output,
                          "check the text and the language (espeak-ng --voices)");
    store::Signal signal;
    signal.channels = {{"audio", ""}};
    signal.rate_hz = espeak_rate_hz / stretch;
    signal.frames = (result.output.size() - wav_header_bytes) / 2;
    std::vector<std::int16_t> pcm(signal.frames);
    std::memcpy(pcm.data(), result.output.data() + wav_header_bytes, 2 * signal.frames);
    signal.values = std::move(pcm);
    const store::Signal resampled = store::resample(signal, rate_hz);
    std::vector<float> samples(resampled.frames);
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = resampled.at(i) / 32768.0f;
    trim_silence(samples);
    return samples;
}

std::vector<std::string> phonemes(const std::string& text, const std::string& accent) {
    const auto result = espeak({"-v", accent, "-q", "-x", "--", text});
    std::vector<std::string> words;
    for (const auto& line : base::split(result.output, '\n'))
        for (const auto& word : base::split(line, ' '))
            if (!base::trim(word).empty()) words.emplace_back(base::trim(word));
    return words;
}

}  // namespace mote::synth

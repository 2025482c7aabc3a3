#include "synth/made_voices.hpp"

#include "synth/speech.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <sstream>

namespace mote::synth {

namespace fs = std::filesystem;

namespace {

constexpr int formants = 9;  // 0 is the voice bar below the first formant; 6 to 8 shape the hiss above the others

double evenly_by_ratio(double low, double high, base::Random& random) { return low * std::pow(high / low, random.uniform()); }

/// Links to everything in `from`, but for what is called `but`.
void link_all(const fs::path& from, const fs::path& to, const char* but) {
    fs::create_directories(to);
    for (const auto& entry : fs::directory_iterator(from))
        if (entry.path().filename() != but) fs::create_symlink(entry.path(), to / entry.path().filename());
}

}  // namespace

std::string make_variant(base::Random random) {
    std::ostringstream text;
    const auto whole = [&](double low, double high) { return std::lround(random.uniform(low, high)); };
    text << "language variant\nname made\n";
    const double pitch = evenly_by_ratio(65, 250, random);
    text << "pitch " << std::lround(pitch) << ' ' << std::lround(pitch * random.uniform(1.15, 1.7)) << '\n';
    // High voices come from short vocal tracts, mostly.
    const double usual = 100 + 10 * std::log2(pitch / 130), tract = usual * evenly_by_ratio(0.88, 1.14, random);
    for (int i = 0; i < formants; ++i)
        text << "formant " << i << ' ' << std::lround(tract * random.uniform(0.94, 1.06)) << ' ' << whole(65, 130) << ' ' << whole(75, 170)
             << '\n';
    text << "flutter " << random.below(8) << "\nroughness " << random.below(5) << '\n';
    if (random.chance(0.5)) {
        text << "tone 100 255";
        for (const int hz : {600, 1200, 2000, 3000}) text << ' ' << hz << ' ' << whole(15, 255);
        text << '\n';
    }
    if (random.chance(0.3)) {
        text << "breath";
        for (int i = 0; i < 8; ++i) text << ' ' << random.below(7);
        text << '\n';
    }
    if (random.chance(0.5)) text << "consonants " << whole(50, 140) << ' ' << whole(60, 140) << '\n';
    if (random.chance(0.3)) {
        text << "stressAdd";
        for (int i = 0; i < 8; ++i) text << ' ' << whole(-30, 40);
        text << '\n';
    }
    if (random.chance(0.15)) text << "klatt " << 1 + random.below(4) << '\n';
    return text.str();
}

MadeVoices::MadeVoices(int count, base::Random random) : folder_("mote-voices") {
    const fs::path installed = data_folder(), ours = folder_.path() / installed.filename();
    link_all(installed, ours, "voices");
    link_all(installed / "voices", ours / "voices", "!v");
    for (int i = 0; i < count; ++i) {
        std::array<char, 16> name{};
        std::snprintf(name.data(), name.size(), "%.*s%03d", static_cast<int>(prefix.size()), prefix.data(), i);
        names_.emplace_back(name.data());
        base::write_file(ours / "voices" / "!v" / names_.back(), make_variant(random.fork("voice", static_cast<std::uint64_t>(i))));
    }
}

}  // namespace mote::synth

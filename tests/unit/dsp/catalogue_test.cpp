// What must hold for every signal block, whatever it computes: nothing here knows any block by name.
#include "support.hpp"

#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "dsp/features.hpp"

#include <cmath>
#include <limits>
#include <set>

namespace mote::dsp::testing {
namespace {

using base::Json;
using store::SampleType;

/// Inputs of the kinds that people have.
std::vector<InputSpec> typical_inputs() {
    InputSpec sound;
    sound.type = SampleType::i16, sound.channels = {"audio"}, sound.rate_hz = 16000, sound.frames = 16000;
    InputSpec stereo = sound;
    stereo.channels = {"left", "right"}, stereo.frames = 4000;
    InputSpec motion;
    motion.type = SampleType::f32, motion.channels = {"accX", "accY", "accZ"}, motion.rate_hz = 100, motion.frames = 200;
    InputSpec picture;
    picture.type = SampleType::u8, picture.channels = {"red", "green", "blue"}, picture.frames = 24 * 32, picture.height = 24,
    picture.width = 32;
    InputSpec grey = picture;
    grey.channels = {"grey"};
    return {sound, stereo, motion, picture, grey};
}

std::vector<std::byte> random_window(const InputSpec& input, std::uint64_t seed) {
    base::Random random(seed);
    std::vector<double> values(input.value_count());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double wave = std::sin(0.07 * static_cast<double>(i / input.channels.size()));
        if (input.type == SampleType::i16) values[i] = std::floor(6000 * wave + 2000 * random.normal());
        if (input.type == SampleType::u8) values[i] = static_cast<double>(random.below(256));
        if (input.type == SampleType::f32) values[i] = 3 * wave + random.normal() + 1;
    }
    return window_bytes(values, input.type);
}

/// The block with these parameters for this input, or none when it says that it cannot (which it must say as "bad_input").
std::unique_ptr<Block> prepared(const BlockType& type, const Json& given, const InputSpec& input) {
    try {
        return type.prepare(resolve_parameters(type, given), input);
    } catch (const base::Error& e) {
        EXPECT_EQ(e.code(), "bad_input") << e.message();
        EXPECT_NE(e.message().find(type.name), std::string::npos) << "the message does not name the block: " << e.message();
        return nullptr;
    }
}

template <class Visit>
void for_each_case(Visit visit) {
    for (const BlockType* type : block_types()) {
        std::vector<Json> variants = {Json::object()};
        for (const auto& preset : type->presets) variants.push_back({{"preset", preset}});
        for (const auto& given : variants)
            for (const auto& input : typical_inputs())
                if (auto block = prepared(*type, given, input)) {
                    SCOPED_TRACE(std::string(type->name) + " " + given.dump() + " " + to_json(input).dump());
                    visit(*type, given, input, *block);
                }
    }
}

TEST(Catalogue, DefaultsAndPresetsAreValidAndDescribed) {
    std::set<std::string_view> names;
    for (const BlockType* type : block_types()) {
        SCOPED_TRACE(type->name);
        EXPECT_TRUE(names.insert(type->name).second);
        EXPECT_FALSE(type->help.empty());
        EXPECT_EQ(&find_block_type(type->name), type);
        const Json defaults = resolve_parameters(*type, Json::object());
        EXPECT_EQ(defaults, type->defaults());
        const Json schema = type->schema();
        for (const auto& [key, value] : defaults.items()) EXPECT_TRUE(schema["properties"].contains(key)) << key;
        for (const auto& preset : type->presets)
            EXPECT_EQ(resolve_parameters(*type, {{"preset", preset}}).size(), defaults.size()) << preset;
        std::size_t takes = 0;
        for (const auto& input : typical_inputs()) takes += prepared(*type, Json::object(), input) != nullptr;
        EXPECT_GT(takes, 0u) << "its defaults fit no typical input";
    }
}

TEST(Catalogue, OutputIsAsDeclaredAndNothingIsWrittenOutsideIt) {
    for_each_case([](const BlockType&, const Json&, const InputSpec& input, const Block& block) {
        const auto window = random_window(input, 1);
        const std::size_t count = block.output().count(), scratch_bytes = block.scratch_bytes();
        ASSERT_GT(count, 0u);
        if (!block.output().names.empty()) {
            EXPECT_EQ(block.output().names.size(), count);
        }
        constexpr std::size_t guard = 64;
        const float mark = 12345.678f;
        std::vector<float> features(count + 2 * guard, mark);
        std::vector<double> scratch((scratch_bytes + 7) / 8 + 2 * guard, 1e300);
        auto* const begin = reinterpret_cast<std::byte*>(scratch.data() + guard);
        const auto untouched =
            std::vector<std::byte>(begin - 8 * guard, begin + static_cast<std::ptrdiff_t>((scratch_bytes + 7) / 8 * 8 + 8 * guard));
        block.compute(window.data(), std::span(features).subspan(guard, count), begin);
        for (std::size_t i = 0; i < guard; ++i) {
            ASSERT_EQ(features[i], mark);
            ASSERT_EQ(features[guard + count + i], mark);
        }
        for (std::size_t i = 0; i < 8 * guard; ++i) {
            ASSERT_EQ(*(begin - 8 * guard + i), untouched[i]);
            ASSERT_EQ(begin[scratch_bytes + i], untouched[8 * guard + scratch_bytes + i]) << "behind scratch, byte " << i;
        }
        for (std::size_t i = 0; i < count; ++i) ASSERT_TRUE(std::isfinite(features[guard + i])) << i;
    });
}

TEST(Catalogue, TheSameWindowGivesTheSameBytesWhateverScratchHeldBefore) {
    for_each_case([](const BlockType&, const Json&, const InputSpec& input, const Block& block) {
        const auto window = random_window(input, 2);
        std::vector<float> first(block.output().count(), 0.0f), second(first.size(), -1.0f);
        std::vector<double> zeros(block.scratch_bytes() / 8 + 1, 0.0), noise(zeros.size(), std::numeric_limits<double>::quiet_NaN());
        block.compute(window.data(), first, zeros.data());
        block.compute(window.data(), second, noise.data());
        EXPECT_EQ(std::memcmp(first.data(), second.data(), 4 * first.size()), 0);
    });
}

TEST(Catalogue, ConstantZeroAndNotANumberWindowsAreSurvived) {
    const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
    for_each_case([&](const BlockType&, const Json&, const InputSpec& input, const Block& block) {
        for (const double level : {0.0, 1.0, 100.0}) {
            const auto features = run(block, window_bytes(std::vector<double>(input.value_count(), level), input.type).data());
            for (const float f : features) ASSERT_TRUE(std::isfinite(f)) << "of the constant " << level;
        }
        if (input.type != SampleType::f32) return;
        for (const float bad : {nan, inf, -inf, 3e38f}) {
            auto window = random_window(input, 3);
            std::memcpy(window.data() + 40, &bad, 4);
            run(block, window.data());  // must end and stay inside its memory; the values are whatever the arithmetic gives
        }
    });
}

TEST(Catalogue, RowsComputedOneByOneGiveTheBytesOfTheWindow) {
    std::set<std::string_view> with_rows;
    for_each_case([&](const BlockType& type, const Json&, const InputSpec& input, const Block& block) {
        const auto spec = block.rows();
        if (!spec) return;
        with_rows.insert(type.name);
        ASSERT_EQ(spec->rows * spec->values, block.output().count());
        InputSpec longer = input;
        longer.frames = input.frames + 3 * spec->stride;
        const auto signal = random_window(longer, 4);
        const std::size_t frame_bytes = input.channels.size() * store::size_of(input.type);
        std::vector<double> scratch(block.scratch_bytes() / sizeof(double) + 1);
        for (const std::size_t first : {std::size_t{0}, std::size_t{1}, std::size_t{3}}) {
            std::vector<float> features(block.output().count());
            for (std::size_t row = 0; row < spec->rows; ++row) {
                const auto* frames = signal.data() + (first + row) * spec->stride * frame_bytes;
                const std::vector<std::byte> exact(frames, frames + spec->span * frame_bytes);  // a sanitizer sees a read past the end
                block.compute_row(exact.data(), std::span(features).subspan(row * spec->values, spec->values), scratch.data());
            }
            block.finish_rows(features, scratch.data());
            const auto whole = run(block, signal.data() + first * spec->stride * frame_bytes);
            EXPECT_EQ(std::memcmp(features.data(), whole.data(), 4 * whole.size()), 0) << "window at row " << first;
        }
    });
    EXPECT_EQ(with_rows, (std::set<std::string_view>{"mfcc", "mfe", "spectrogram"}));
}

TEST(Catalogue, FuzzedParametersEitherWorkOrAreRefusedCleanly) {
    base::Random random(5);
    for (const BlockType* type : block_types()) {
        const Json properties = type->schema()["properties"];
        std::size_t worked = 0;
        for (int round = 0; round < 400; ++round) {
            Json given = Json::object();
            for (const auto& [key, property] : properties.items()) {
                if (!random.chance(0.3)) continue;
                const double low = property.value("minimum", -1e3), high = property.value("maximum", 1e3);
                const std::string kind = property["type"].get<std::string>();
                if (property.contains("enum"))
                    given[key] = property["enum"][random.below(property["enum"].size())];
                else if (kind == "boolean")
                    given[key] = random.chance(0.5);
                else if (kind == "integer")
                    given[key] = random.chance(0.5) ? static_cast<long>(low) + static_cast<long>(random.below(40))
                                                    : static_cast<long>(random.uniform(low, high));
                else if (kind == "number")
                    given[key] = random.chance(0.5) ? random.uniform(0, 0.1) : random.uniform(low, high);
                else
                    given[key] = "x";
                if (random.chance(0.03)) given[key] = nullptr;
            }
            auto inputs = typical_inputs();
            InputSpec input = inputs[random.below(inputs.size())];
            if (input.height == 0 && random.chance(0.5)) input.frames = 1 + random.below(300);
            SCOPED_TRACE(std::string(type->name) + " " + given.dump() + " " + to_json(input).dump());
            const auto block = prepared(*type, given, input);
            worked += block != nullptr;
            if (!block || block->output().count() > 1'000'000) continue;
            const auto window = random_window(input, 6);
            std::vector<std::byte> exact(window);  // its own allocation, so that sanitizers see a read past the end
            run(*block, exact.data());
            if (::testing::Test::HasFailure()) return;
        }
        EXPECT_GT(worked, 5u) << type->name;
    }
}

TEST(Catalogue, ParallelComputationIsTheSameAsOneByOne) {
    const BlockType& type = find_block_type("mfe");
    const InputSpec input = typical_inputs()[0];
    const auto block = type.prepare(resolve_parameters(type, Json::object()), input);
    std::vector<std::vector<std::byte>> windows;
    for (std::uint64_t i = 0; i < 150; ++i) windows.push_back(random_window(input, i));
    const auto all = compute_all(*block, windows.size(), [&](std::size_t i) { return windows[i].data(); });
    const std::size_t width = block->output().count();
    for (std::size_t i = 0; i < windows.size(); ++i) {
        const auto one = run(*block, windows[i].data());
        ASSERT_EQ(std::memcmp(one.data(), all.data() + i * width, 4 * width), 0) << i;
    }
}

TEST(Catalogue, ContentKeysTellWhatDiffers) {
    const BlockType& type = find_block_type("mfe");
    InputSpec input = typical_inputs()[0];
    const Json defaults = resolve_parameters(type, Json::object());
    const std::string key = content_key(type, defaults, input);
    EXPECT_EQ(key, content_key(type, resolve_parameters(type, {{"filters", 40}}), input));
    EXPECT_NE(key, content_key(type, resolve_parameters(type, {{"filters", 32}}), input));
    EXPECT_NE(key, content_key(find_block_type("raw"), defaults, input));
    input.rate_hz = 8000;
    EXPECT_NE(key, content_key(type, defaults, input));
}

/// Features that were kept under a content key must not be taken for those of another arithmetic: when this test fails because the numbers
/// were changed on purpose, raise runtime_version (dsp/features.hpp) and write the new hash here.
TEST(Catalogue, NumbersChangeOnlyTogetherWithTheRuntimeVersion) {
    base::Hasher hasher;
    for_each_case([&](const BlockType&, const Json&, const InputSpec& input, const Block& block) {
        const auto features = run(block, random_window(input, 8).data());
        hasher.update(std::as_bytes(std::span(features)));
    });
    EXPECT_EQ(runtime_version, 1);
    EXPECT_EQ(base::hex(hasher.finish()).substr(0, 16), "238c1d00ed712b60");
}

TEST(Catalogue, UnknownNamesAreRefusedWithTheNearestOne) {
    try {
        find_block_type("mfa");
        FAIL();
    } catch (const base::Error& e) {
        EXPECT_EQ(e.code(), "not_found");
        EXPECT_NE(e.hint().find("mf"), std::string::npos) << e.hint();
    }
    EXPECT_THROW(resolve_parameters(find_block_type("mfe"), {{"preset", "edge"}}), base::Error);
    EXPECT_THROW(resolve_parameters(find_block_type("mfe"), {{"filter", 3}}), base::Error);
    EXPECT_THROW(resolve_parameters(find_block_type("mfe"), Json("x")), base::Error);
}

}  // namespace
}  // namespace mote::dsp::testing

// Signal blocks from any parameters and any input description: refused with a message, or prepared and computed without harm.
// links: mote_dsp
#include "require.hpp"

#include "dsp/block.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

using namespace mote;

/// Ordinary numbers, with a few that sensors send when they fail.
std::vector<std::byte> window_of(const dsp::InputSpec& input) {
    std::vector<std::byte> bytes(input.size_bytes());
    for (std::size_t i = 0; i < input.value_count(); ++i) {
        const float value = i % 97 == 5 ? std::nanf("") : i % 89 == 7 ? 3e38f : static_cast<float>(static_cast<int>(i * 7919 % 401) - 200);
        const auto put = [&](auto v) { std::memcpy(bytes.data() + i * sizeof v, &v, sizeof v); };
        if (input.type == store::SampleType::f32) put(value);
        if (input.type == store::SampleType::i16) put(static_cast<std::int16_t>(i * 7919 % 65536));
        if (input.type == store::SampleType::u8) put(static_cast<std::uint8_t>(i * 7919 % 256));
    }
    return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const base::Json request = base::parse_json({reinterpret_cast<const char*>(data), size}, "request");
        if (!request.is_object() || !request.contains("block") || !request["block"].is_string()) return 0;
        const dsp::BlockType& type = dsp::find_block_type(request["block"].get<std::string>());
        const dsp::InputSpec input = dsp::input_spec_from_json(request.value("input", base::Json::object()));
        const auto block = type.prepare(dsp::resolve_parameters(type, request.value("parameters", base::Json::object())), input);
        const std::size_t count = block->output().count();
        fuzz::require(count > 0, "a prepared block has features");
        if (count > 1000 || input.value_count() > 4096) return 0;
        std::vector<float> features(count);
        std::vector<double> scratch(block->scratch_bytes() / sizeof(double) + 1);
        block->compute(window_of(input).data(), features, scratch.data());
        fuzz::require(!block->device_code("fuzz_").call.empty(), "a prepared block can be emitted");
    } catch (const base::Error& error) {
        fuzz::require_readable(error);
    }
    return 0;
}

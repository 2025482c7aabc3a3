#include "codegen/listen.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cmath>

namespace mote::codegen {

namespace {

using base::Error;

constexpr double chunk_s = 16e-3;          // what drivers of microphones hand over at once
constexpr double least_chunk_frames = 32;  // and the FIFO of a motion sensor

/// What the emitted code's listener works with, as far as sizes go.
template <class T>
struct Work {
    using Sample = T;
    unsigned char* arena;
};

std::uint32_t decisions(double ms, double stride_ms, std::uint32_t least, std::string_view what) {
    const double n = std::round(ms / stride_ms);
    if (!(n >= 0 && n <= 1000))
        throw Error("bad_input",
                    std::string(what) + " of " + base::exact(ms) + " is more than 1000 strides of " + base::exact(stride_ms) + " ms",
                    "shorten it, or lengthen listen.stride_ms");
    return std::max(least, static_cast<std::uint32_t>(n));
}

bool is_in(const std::vector<std::string>& labels, const std::string& label) {
    return std::find(labels.begin(), labels.end(), label) != labels.end();
}

/// What arrives while a decision is made, which can take no longer than a stride, and no decision takes a second; and what a driver hands
/// over at once.
std::uint32_t ring_frames(std::uint32_t stride, const dsp::InputSpec& input) {
    if (!(input.rate_hz > 0)) return stride;
    const double while_deciding = std::min<double>(stride, std::ceil(input.rate_hz));
    return static_cast<std::uint32_t>(while_deciding + std::max(least_chunk_frames, std::round(chunk_s * input.rate_hz)));
}

rt::stream::Plan plan_stream(const Listen& listen, const dsp::Block& block, const dsp::InputSpec& input) {
    rt::stream::Plan p{};
    const auto u32 = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
    p.channels = u32(input.channels.size());
    if (!(listen.stride_ms > 0)) throw Error("bad_input", "listen.stride_ms is not above 0", "250 is usual for sound");
    const double asked = input.rate_hz > 0 ? std::round(listen.stride_ms * 1e-3 * input.rate_hz) : static_cast<double>(input.frames);
    const double frames = std::max(1.0, asked);
    if (frames > 1e9)
        throw Error("bad_input",
                    "listen.stride_ms of " + base::exact(listen.stride_ms) + " is too long at " + base::exact(input.rate_hz) + " Hz",
                    "shorten it");
    p.stride = static_cast<std::uint32_t>(frames);
    if (const auto rows = block.rows()) {
        p.span = u32(rows->span), p.advance = u32(rows->stride), p.rows = u32(rows->rows), p.row_values = u32(rows->values);
        p.stride = std::max(p.stride, p.advance);
    } else {
        p.span = u32(input.frames), p.advance = p.stride;
    }
    p.ring = ring_frames(p.stride, input);
    p.unit = input.rate_hz > 0 ? 1u : u32(input.frames);
    return p;
}

std::vector<std::string> named_background(const Listen& listen, const std::vector<std::string>& labels) {
    std::vector<std::string> background;
    for (const auto& label : listen.background) {
        if (!is_in(labels, label)) {
            const std::string nearest = base::did_you_mean(label, labels);
            throw Error("bad_input", "mote.toml: listen.background names \"" + label + "\", which the model does not know",
                        nearest.empty() ? "its labels are " + base::join(labels, ", ") : nearest);
        }
        background.push_back(label);
    }
    if (listen.background.empty())
        std::copy_if(labels.begin(), labels.end(), std::back_inserter(background),
                     [](const auto& label) { return label.starts_with("_"); });
    return background;
}

}  // namespace

std::vector<std::string> background_labels(const Listen& listen, const std::vector<std::string>& labels) {
    const std::vector<std::string> background = named_background(listen, labels);
    if (background.size() == labels.size())
        throw Error("bad_input", "every label is background (" + base::join(labels, ", ") + "), so that nothing could ever be heard",
                    "name those that are under [listen] background in mote.toml");
    return background;
}

ListenPlan plan_listening(const Listen& listen, const dsp::Block& block, const dsp::InputSpec& input, const graph::Tensor& output,
                          const std::vector<std::string>& labels) {
    ListenPlan plan;
    plan.stream = plan_stream(listen, block, input);
    const double stride_ms = input.rate_hz > 0 ? 1e3 * plan.stream.stride / input.rate_hz : listen.stride_ms;
    plan.smoothing = decisions(listen.smoothing_ms, stride_ms, 1, "listen.smoothing_ms");
    plan.minimum = decisions(listen.minimum_ms, stride_ms, 1, "listen.minimum_ms");
    plan.suppression = decisions(listen.suppression_ms, stride_ms, 0, "listen.suppression_ms");
    plan.zero_point = static_cast<std::int32_t>(output.quantisation.zero_point.front());
    const double scale = static_cast<double>(output.quantisation.scale.front()) / plan.smoothing;
    plan.score_scale = static_cast<float>(scale);
    // The largest sum stands for a little less than 1 where the scale is 1/256.
    const double highest = static_cast<double>(plan.smoothing) * (127 - plan.zero_point);
    const double least = std::min(highest, std::ceil(std::clamp(listen.threshold / scale, -1e9, 1e9) - 1e-6));
    std::vector<std::string> background = named_background(listen, labels);
    // One window is classified all the same; who listens asks background_labels().
    if (background.size() == labels.size()) background.clear();
    for (std::size_t i = 0; i < output.count(); ++i)
        plan.thresholds.push_back(i < labels.size() && is_in(background, labels[i]) ? rt::stream::never : static_cast<std::int32_t>(least));
    return plan;
}

std::size_t listener_object_bytes() { return rt::stream::detail::aligned(sizeof(rt::stream::Listener<Work<float>>)); }

std::size_t listening_bytes(const ListenPlan& plan, store::SampleType type) {
    const auto bytes = [&](auto sample) { return rt::stream::places_of<decltype(sample)>(plan.stream, plan.detector()).bytes; };
    return listener_object_bytes() + (type == store::SampleType::i16  ? bytes(std::int16_t{})
                                      : type == store::SampleType::u8 ? bytes(std::uint8_t{})
                                                                      : bytes(float{}));
}

}  // namespace mote::codegen

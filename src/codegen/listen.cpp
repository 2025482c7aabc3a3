#include "codegen/listen.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cmath>

namespace mote::codegen {

namespace {

using base::Error;

constexpr std::uint32_t least_ring_frames = 32;

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

rt::stream::Plan plan_stream(const Listen& listen, const dsp::Block& block, const dsp::InputSpec& input) {
    rt::stream::Plan p{};
    const auto u32 = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
    p.channels = u32(input.channels.size());
    if (!(listen.stride_ms > 0)) throw Error("bad_input", "listen.stride_ms is not above 0", "250 is usual for sound");
    const double frames = input.rate_hz > 0 ? std::round(listen.stride_ms * 1e-3 * input.rate_hz) : static_cast<double>(input.frames);
    if (!(frames >= 1 && frames <= 1e9))
        throw Error("bad_input",
                    "listen.stride_ms of " + base::exact(listen.stride_ms) + " is " + (frames < 1 ? "less than a frame" : "too long") +
                        " at " + base::exact(input.rate_hz) + " Hz",
                    "choose a stride of at least one frame");
    p.stride = static_cast<std::uint32_t>(frames);
    if (const auto rows = block.rows()) {
        p.span = u32(rows->span), p.advance = u32(rows->stride), p.rows = u32(rows->rows), p.row_values = u32(rows->values);
        p.stride = std::max(p.stride, p.advance);
    } else {
        p.span = u32(input.frames), p.advance = p.stride;
    }
    // A decision that takes as long as a stride lets no more arrive meanwhile; motion sensors hand over up to 32 frames at once.
    p.ring = std::max(p.stride, least_ring_frames);
    return p;
}

}  // namespace

std::vector<std::string> background_labels(const Listen& listen, const std::vector<std::string>& labels) {
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
    const bool all = std::all_of(labels.begin(), labels.end(), [&](const auto& label) { return is_in(background, label); });
    if (all)
        throw Error("bad_input", "every label is background (" + base::join(labels, ", ") + "), so that nothing could ever be heard",
                    "name those that are under [listen] background in mote.toml");
    return background;
}

ListenPlan plan_listening(const Listen& listen, const dsp::Block& block, const dsp::InputSpec& input, const graph::Tensor& output,
                          const std::vector<std::string>& labels) {
    ListenPlan plan;
    plan.stream = plan_stream(listen, block, input);
    plan.smoothing = decisions(listen.smoothing_ms, listen.stride_ms, 1, "listen.smoothing_ms");
    plan.minimum = decisions(listen.minimum_ms, listen.stride_ms, 1, "listen.minimum_ms");
    plan.suppression = decisions(listen.suppression_ms, listen.stride_ms, 0, "listen.suppression_ms");
    plan.zero_point = static_cast<std::int32_t>(output.quantisation.zero_point.front());
    const double scale = static_cast<double>(output.quantisation.scale.front()) / plan.smoothing;
    plan.score_scale = static_cast<float>(scale);
    const double least = std::ceil(std::clamp(listen.threshold / scale, -1e9, 1e9) - 1e-6);
    const std::vector<std::string> background = labels.empty() ? std::vector<std::string>() : background_labels(listen, labels);
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

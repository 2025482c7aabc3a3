#include "store/dataset.hpp"

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "store/image_resize.hpp"
#include "store/resample.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

namespace mote::store {

namespace {

using base::Error;

constexpr double rate_tolerance = 0.05;

std::string channel_list(const Descriptor& d) {
    std::vector<std::string> names;
    for (const Channel& channel : d.channels) names.push_back(channel.name);
    return base::join(names, ", ");
}

/// A view of the wanted channels of a recording, rate and size as wanted; holds what had to be computed.
struct Source {
    SignalView view;
    Signal made;  ///< behind the view when the recording had to be changed
};

Signal chosen_channels(const Signal& signal, const std::vector<std::size_t>& indices) {
    Signal out = signal;
    out.channels.clear();
    for (const std::size_t index : indices) out.channels.push_back(signal.channels[index]);
    std::visit(
        [&](auto& values) {
            const auto& from = std::get<std::decay_t<decltype(values)>>(signal.values);
            values.resize(signal.frames * indices.size());
            for (std::size_t f = 0; f < signal.frames; ++f)
                for (std::size_t c = 0; c < indices.size(); ++c)
                    values[f * indices.size() + c] = from[f * signal.channels.size() + indices[c]];
        },
        out.values);
    return out;
}

std::vector<std::size_t> find_channels(const Sample& sample, const std::vector<std::string>& wanted) {
    std::vector<std::size_t> indices;
    for (const std::string& name : wanted) {
        const auto& channels = sample.descriptor.channels;
        const auto at = std::find_if(channels.begin(), channels.end(), [&](const Channel& c) { return c.name == name; });
        if (at == channels.end())
            throw Error("bad_input", sample.name + " has no channel \"" + name + "\", its channels are " + channel_list(sample.descriptor),
                        "choose among these, or exclude the sample");
        indices.push_back(static_cast<std::size_t>(at - channels.begin()));
    }
    return indices;
}

[[noreturn]] void differ(const Sample& a, const Sample& b, const std::string& what, const std::string& of_a, const std::string& of_b,
                         const std::string& hint) {
    throw Error("bad_input", b.name + " has " + what + " " + of_b + ", " + a.name + " has " + of_a, hint);
}

}  // namespace

struct Dataset::Impl {
    DatasetOptions options;
    std::vector<Sample> samples;
    std::vector<Source> sources;
    std::vector<DatasetItem> items;
    Descriptor window;

    /// Every recording must give the same kind of window.
    void agree() {
        const Sample& first = samples.front();
        if (options.channels.empty())
            for (const Channel& channel : first.descriptor.channels) options.channels.push_back(channel.name);
        std::vector<double> rates;
        for (const Sample& sample : samples) {
            const Descriptor &a = first.descriptor, &b = sample.descriptor;
            if (a.type != b.type)
                differ(first, sample, "values of type", name_of(a.type), name_of(b.type), "convert one of them, or exclude it");
            if (a.is_image() != b.is_image()) differ(first, sample, "sensor", a.sensor(), b.sensor(), "exclude one of them");
            find_channels(sample, options.channels);
            rates.push_back(b.rate_hz);
        }
        if (first.descriptor.is_image()) return agree_on_size(first);
        std::sort(rates.begin(), rates.end());
        window.rate_hz = options.rate_hz > 0 ? options.rate_hz : rates[rates.size() / 2];
        for (const Sample& sample : samples) {
            const double rate = sample.descriptor.rate_hz;
            if (options.rate_hz > 0 || std::fabs(rate - window.rate_hz) <= rate_tolerance * window.rate_hz) continue;
            throw Error("bad_input", sample.name + " has rate " + rate_text(rate) + ", most recordings have " + rate_text(window.rate_hz),
                        "set one rate to resample to (rate_hz), or exclude it");
        }
        window.frames = resolve(options.window, window.rate_hz).length;
    }

    void agree_on_size(const Sample& first) {
        window.height = options.image_height, window.width = options.image_width;
        if (window.height == 0 || window.width == 0) {
            window.height = first.descriptor.height, window.width = first.descriptor.width;
            for (const Sample& sample : samples)
                if (sample.descriptor.height != window.height || sample.descriptor.width != window.width)
                    differ(first, sample, "size", std::to_string(window.height) + " x " + std::to_string(window.width),
                           std::to_string(sample.descriptor.height) + " x " + std::to_string(sample.descriptor.width),
                           "set one size (image_height, image_width)");
        }
        window.frames = window.height * window.width;
    }

    /// A recording as it will be windowed: untouched in the store's memory map where it can be.
    Source prepare(const Store& store, const Sample& sample) const {
        const std::vector<std::size_t> indices = find_channels(sample, options.channels);
        bool all = indices.size() == sample.descriptor.channels.size();
        for (std::size_t i = 0; i < indices.size(); ++i) all = all && indices[i] == i;
        // Recordings within the tolerance of a common rate are taken at it, as clocks differ; a wanted rate is met exactly.
        const bool at_rate = sample.descriptor.is_image() || options.rate_hz <= 0 || sample.descriptor.rate_hz == window.rate_hz;
        const bool at_size =
            !sample.descriptor.is_image() || (sample.descriptor.height == window.height && sample.descriptor.width == window.width);
        Source source;
        if (all && at_rate && at_size) {
            source.view = store.view(sample);
            if (!sample.descriptor.is_image()) source.view.descriptor.rate_hz = window.rate_hz;
            return source;
        }
        Signal signal = store.read(sample);
        if (!all) signal = chosen_channels(signal, indices);
        try {
            if (!at_rate) signal = resample(signal, window.rate_hz);
            if (!at_size) signal = resize_image(signal, window.height, window.width, options.image_fit);
        } catch (const Error& error) {
            throw error.at(sample.name);
        }
        source.made = std::move(signal);
        source.view = {describe(source.made), source.made.bytes()};
        source.view.descriptor.rate_hz = window.rate_hz;
        return source;
    }

    const std::vector<LabelSpan>& spans(std::size_t index) const {
        const bool resampled = !sources[index].made.channels.empty();
        return resampled ? sources[index].made.labels : samples[index].annotation.spans;
    }

    void cut(std::size_t index) {
        const Sample& sample = samples[index];
        for (Window& window_of : cut_windows(sources[index].view, spans(index), sample.annotation.label, options.window)) {
            const std::string& label = window_of.label;
            if (label.empty() ? !options.with_unlabelled
                              : !options.labels.empty() && std::count(options.labels.begin(), options.labels.end(), label) == 0)
                continue;
            items.push_back({index, window_of.begin, std::move(window_of.label)});
        }
    }
};

Dataset::Dataset(const Store& store, std::vector<Sample> samples, const DatasetOptions& options) : impl_(std::make_unique<Impl>()) {
    Impl& d = *impl_;
    d.options = options;
    std::set<std::string> splits;
    for (const std::string& split : options.splits) splits.insert(normal_split(split));
    for (Sample& sample : samples)
        if (splits.empty() || splits.count(sample.annotation.split) > 0) d.samples.push_back(std::move(sample));
    if (d.samples.empty()) {
        const std::string which = options.splits.empty() ? "" : " in split " + base::join(options.splits, ", ");
        throw Error("bad_input", "there are no samples" + which, "`mote data list` shows what there is, `mote data split` moves samples");
    }
    d.agree();
    d.sources.resize(d.samples.size());
    base::parallel_for(d.samples.size(), [&](std::size_t i) { d.sources[i] = d.prepare(store, d.samples[i]); });
    for (Source& source : d.sources)
        if (!source.made.channels.empty()) source.view.bytes = source.made.bytes();  // where the values lie after the move
    for (std::size_t i = 0; i < d.samples.size(); ++i) d.cut(i);
    d.window.type = d.samples.front().descriptor.type;
    d.window.channels = d.sources.front().view.descriptor.channels;
}

Dataset::~Dataset() = default;
Dataset::Dataset(Dataset&&) noexcept = default;

const Descriptor& Dataset::window() const { return impl_->window; }
const std::vector<Sample>& Dataset::samples() const { return impl_->samples; }
const std::vector<DatasetItem>& Dataset::items() const { return impl_->items; }
const std::string& Dataset::split(std::size_t index) const { return impl_->samples[impl_->items[index].sample].annotation.split; }

std::vector<std::string> Dataset::labels() const {
    std::set<std::string> set;
    for (const DatasetItem& item : impl_->items)
        if (!item.label.empty()) set.insert(item.label);
    return {set.begin(), set.end()};
}

void Dataset::read(std::size_t index, std::span<std::byte> out) const {
    const DatasetItem& item = impl_->items.at(index);
    copy_window(impl_->sources[item.sample].view, item.begin, impl_->window.frames, out);
}

std::size_t Dataset::frames(std::size_t sample) const { return impl_->sources.at(sample).view.descriptor.frames; }

const std::vector<LabelSpan>& Dataset::spans(std::size_t sample) const { return impl_->spans(sample); }

void Dataset::read_frames(std::size_t sample, std::int64_t begin, std::span<std::byte> out) const {
    const SignalView& view = impl_->sources.at(sample).view;
    const std::size_t frame_bytes = view.descriptor.channels.size() * size_of(view.descriptor.type);
    copy_window(view, begin, out.size() / frame_bytes, out);
}

}  // namespace mote::store

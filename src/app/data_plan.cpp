#include "app/data_plan.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace mote::app {

using base::Error;

const std::vector<std::size_t>& DataPlan::split(std::string_view name) const {
    const auto& windows = name == store::split_train ? train : name == store::split_validation ? validation : test;
    if (name != store::split_train && name != store::split_validation && name != store::split_test)
        throw Error("usage", "there is no split \"" + std::string(name) + "\"", "the splits are train, validation and test");
    if (windows.empty())
        throw Error("not_found", "the " + std::string(name) + " split has no windows",
                    "mote data split puts recordings into splits; mote data list shows where they are");
    return windows;
}

std::vector<int> DataPlan::truth(std::span<const std::size_t> windows) const {
    std::vector<int> out;
    out.reserve(windows.size());
    for (const std::size_t i : windows) out.push_back(classes[i]);
    return out;
}

namespace {

double stride_ms(const DataSettings& settings) { return settings.stride_ms > 0 ? settings.stride_ms : settings.window_ms; }

/// Frames between the windows of validation and test, where training has more of them; 0 where it does not.
std::int64_t coarse_stride(const DataSettings& settings, const store::Descriptor& window) {
    if (settings.train_density == 1 || settings.long_recordings != "slide" || window.height > 0) return 0;
    const double frames = stride_ms(settings) * window.rate_hz / 1000;
    const std::int64_t fine = std::llround(frames / settings.train_density), coarse = fine * settings.train_density;
    if (fine < 1 || coarse != std::llround(frames))
        throw Error("bad_input",
                    "mote.toml: data.train_density is " + std::to_string(settings.train_density) + ", which does not divide a stride of " +
                        std::to_string(std::llround(frames)) + " frames",
                    "choose a divisor of it, or 1");
    return coarse;
}

store::DatasetOptions dataset_options(const DataSettings& settings) {
    store::DatasetOptions options;
    options.channels = settings.sensors, options.rate_hz = settings.rate_hz;
    options.window.length_ms = settings.window_ms, options.window.stride_ms = stride_ms(settings) / settings.train_density;
    options.window.label = settings.label_mode, options.window.min_share = settings.minimum_share;
    options.window.short_recordings = settings.short_recordings, options.window.long_recordings = settings.long_recordings;
    options.image_height = static_cast<std::size_t>(settings.image_height);
    options.image_width = static_cast<std::size_t>(settings.image_width);
    options.image_fit = settings.image_fit;
    options.splits = {store::split_train, store::split_validation, store::split_test};
    return options;
}

/// The classes of the model: those of mote.toml, else all that occur but the ignored ones.
std::vector<std::string> choose_labels(const std::vector<std::string>& found, const DataSettings& settings) {
    if (!settings.labels.empty()) {
        for (const auto& label : settings.labels) {
            if (std::count(settings.labels.begin(), settings.labels.end(), label) > 1)
                throw Error("bad_input", "mote.toml: data.labels names \"" + label + "\" twice", "name it once");
            if (std::find(found.begin(), found.end(), label) != found.end()) continue;
            const std::string near = base::did_you_mean(label, found);
            throw Error("bad_input", "mote.toml: data.labels names \"" + label + "\", which no window has",
                        near.empty() ? "the labels are " + base::join(found, ", ") : near);
        }
        return settings.labels;
    }
    std::vector<std::string> labels;
    for (const auto& label : found)
        if (std::find(settings.ignore.begin(), settings.ignore.end(), label) == settings.ignore.end()) labels.push_back(label);
    return labels;
}

std::size_t labels_of_recordings(const std::vector<store::Sample>& samples) {
    std::set<std::string> labels;
    for (const store::Sample& sample : samples) {
        labels.insert(sample.annotation.label);
        for (const auto& span : sample.annotation.spans) labels.insert(span.label);
    }
    labels.erase("");
    return labels.size();
}

dsp::InputSpec input_of(const store::Descriptor& window) {
    dsp::InputSpec spec;
    spec.type = window.type, spec.rate_hz = window.rate_hz, spec.frames = window.frames;
    spec.height = window.height, spec.width = window.width;
    for (const auto& channel : window.channels) spec.channels.push_back(channel.name);
    return spec;
}

}  // namespace

DataPlan plan_data(const store::Store& store, std::string_view snapshot, const DataSettings& settings) {
    DataPlan plan;
    plan.snapshot = store.find_snapshot(snapshot).hash;
    auto samples = store.snapshot_samples(plan.snapshot);
    if (samples.empty()) throw Error("not_found", "the snapshot holds no samples", "mote ingest FILES... brings some in");
    plan.data = std::make_unique<store::Dataset>(store, std::move(samples), dataset_options(settings));
    plan.labels = choose_labels(plan.data->labels(), settings);
    plan.input = input_of(plan.data->window());
    plan.classes.assign(plan.data->size(), -1);
    const std::int64_t coarse = coarse_stride(settings, plan.data->window());
    for (std::size_t i = 0; i < plan.data->size(); ++i) {
        const auto found = std::find(plan.labels.begin(), plan.labels.end(), plan.data->items()[i].label);
        if (found == plan.labels.end()) continue;
        plan.classes[i] = static_cast<int>(found - plan.labels.begin());
        const std::string& split = plan.data->split(i);
        if (coarse > 0 && split != store::split_train && plan.data->items()[i].begin % coarse != 0) continue;
        (split == store::split_train ? plan.train : split == store::split_validation ? plan.validation : plan.test).push_back(i);
    }
    if (plan.train.empty())
        throw Error("not_found", "there is nothing to train on: no labelled window is in the train split",
                    "mote data list shows labels and splits; mote data label and mote data split set them");
    if (plan.labels.size() < 2)
        throw Error("bad_input", "there is only one label (" + base::join(plan.labels, ", ") + "), nothing to tell apart",
                    labels_of_recordings(plan.data->samples()) > 1
                        ? "the recordings have more: see labels, ignore, window_ms and label_mode under [data] in mote.toml"
                        : "ingest recordings of another label");
    std::set<int> trained;
    for (const std::size_t i : plan.train) trained.insert(plan.classes[i]);
    for (std::size_t c = 0; c < plan.labels.size(); ++c)
        if (!trained.contains(static_cast<int>(c)))
            throw Error("bad_input", "no training window has the label \"" + plan.labels[c] + "\"",
                        "put some of its recordings into train (mote data split), or add it to ignore under [data] in mote.toml");
    return plan;
}

std::vector<SplitSummary> summarise(const DataPlan& plan) {
    std::vector<SplitSummary> out;
    for (const char* name : {store::split_train, store::split_validation, store::split_test}) {
        const std::string_view split(name);
        const auto& windows = split == store::split_train ? plan.train : split == store::split_validation ? plan.validation : plan.test;
        SplitSummary summary;
        summary.split = name, summary.windows = windows.size();
        std::set<std::size_t> recordings;
        for (const auto& label : plan.labels) summary.by_label[label] = 0;
        for (const std::size_t i : windows) {
            ++summary.by_label[plan.labels[static_cast<std::size_t>(plan.classes[i])]];
            recordings.insert(plan.data->items()[i].sample);
        }
        summary.recordings = recordings.size();
        out.push_back(std::move(summary));
    }
    return out;
}

}  // namespace mote::app

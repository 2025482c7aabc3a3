#include "app/examples.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cmath>

namespace mote::app {

void Examples::augment(const Augmenter& augmenter, std::uint64_t seed) {
    augmenter_ = augmenter.is_active() ? &augmenter : nullptr;
    random_ = base::Random(seed).fork("augment");
}

void Examples::fill(std::size_t index, int epoch, std::span<float> features) const {
    const std::size_t count = features_.count();
    if (epoch < 0 || !augmenter_) {
        std::copy_n(rows_.begin() + static_cast<std::ptrdiff_t>(index * count), count, features.begin());
        return;
    }
    std::vector<std::byte> window(features_.input.size_bytes());
    std::vector<std::uint64_t> scratch(features_.prepared->scratch_bytes() / sizeof(std::uint64_t) + 1);
    plan_.data->read(windows_[index], window);
    augmenter_->apply(window, random_.fork("epoch", static_cast<std::uint64_t>(epoch)).fork("example", index));
    features_.prepared->compute(window.data(), features, scratch.data());
    if (std::all_of(features.begin(), features.end(), [](float v) { return std::isfinite(v); })) return;
    // A change that a block cannot take (silence, for one) leaves the example as it was.
    std::copy_n(rows_.begin() + static_cast<std::ptrdiff_t>(index * count), count, features.begin());
}

Augmenter make_augmenter(const AugmentSettings& settings, const DataPlan& plan) {
    std::vector<std::size_t> noise;
    if (!settings.noise_label.empty()) {
        // The label need not be a class of the model: noise may be kept for this alone.
        for (std::size_t i = 0; i < plan.data->size(); ++i)
            if (plan.data->items()[i].label == settings.noise_label && plan.data->split(i) == store::split_train) noise.push_back(i);
        if (noise.empty()) {
            const std::string near = base::did_you_mean(settings.noise_label, plan.data->labels());
            throw base::Error("bad_input",
                              "mote.toml: augment.noise_label is \"" + settings.noise_label + "\", which no training window has",
                              near.empty() ? "the labels are " + base::join(plan.data->labels(), ", ") : near);
        }
    }
    const store::Dataset* data = plan.data.get();
    const std::size_t count = noise.size();
    return Augmenter(settings, plan.input, count,
                     [data, noise = std::move(noise)](std::size_t index, std::span<std::byte> out) { data->read(noise[index], out); });
}

}  // namespace mote::app

#include "learn/batches.hpp"

#include "base/parallel.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace mote::learn {

namespace {
std::size_t product(const std::vector<int>& shape) {
    std::size_t n = 1;
    for (const int d : shape) n *= static_cast<std::size_t>(d);
    return n;
}

// Gamma(shape, 1) by Marsaglia and Tsang, A simple method for generating gamma variables, 2000.
double gamma_variate(double shape, base::Random& random) {
    if (shape < 1) return gamma_variate(shape + 1, random) * std::pow(1 - random.uniform(), 1 / shape);
    const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    for (;;) {
        const double x = random.normal(), v = std::pow(1 + c * x, 3);
        if (v > 0 && std::log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
    }
}

double beta_variate(double alpha, base::Random& random) {
    const double a = gamma_variate(alpha, random), b = gamma_variate(alpha, random);
    return a + b > 0 ? a / (a + b) : 0.5;
}
}  // namespace

Statistics measure(const ExampleSource& source, const std::vector<int>& feature_shape, std::size_t limit) {
    const std::size_t channels = static_cast<std::size_t>(feature_shape.back()), count = product(feature_shape);
    const std::size_t examples = std::min(source.size(), limit);
    std::vector<double> sum(channels), squares(channels);
    constexpr std::size_t chunk = 64;
    std::vector<float> features(chunk * count);
    for (std::size_t begin = 0; begin < examples; begin += chunk) {
        const std::size_t n = std::min(chunk, examples - begin);
        base::parallel_for(n, [&](std::size_t i) {
            const std::size_t index = (begin + i) * source.size() / examples;
            source.fill(index, -1, std::span(features).subspan(i * count, count));
        });
        for (std::size_t i = 0; i < n * count; ++i) {
            const double value = static_cast<double>(features[i]);
            sum[i % channels] += value, squares[i % channels] += value * value;
        }
    }
    Statistics statistics;
    const double total = static_cast<double>(examples * count / channels);
    for (std::size_t c = 0; c < channels; ++c) {
        const double mean = sum[c] / total, variance = squares[c] / total - mean * mean;
        const bool varies = variance > 1e-10 * (1e-10 + mean * mean);
        statistics.mean.push_back(static_cast<float>(mean));
        statistics.variance.push_back(varies ? static_cast<float>(variance) : 1.0f);
    }
    return statistics;
}

std::vector<float> weigh_classes(const ExampleSource& source, int classes, std::string_view kind) {
    std::vector<double> count(static_cast<std::size_t>(classes));
    for (std::size_t i = 0; i < source.size(); ++i) ++count[static_cast<std::size_t>(source.label(i))];
    std::vector<double> weight(count.size(), 1.0);
    double total = 0;
    for (std::size_t c = 0; c < count.size(); ++c) {
        if (kind != "none" && count[c] > 0) weight[c] = kind == "sqrt" ? 1 / std::sqrt(count[c]) : 1 / count[c];
        total += count[c] * weight[c];
    }
    std::vector<float> scaled;
    for (const double w : weight) scaled.push_back(static_cast<float>(w * static_cast<double>(source.size()) / total));
    return scaled;
}

Batches::Batches(const ExampleSource& source, const TrainOptions& options, std::vector<int> feature_shape, int classes, std::uint64_t seed,
                 std::vector<float> blank)
    : source_(source),
      options_(options),
      shape_(std::move(feature_shape)),
      count_(product(shape_)),
      classes_(static_cast<std::size_t>(classes)),
      random_(seed),
      blank_(std::move(blank)) {
    if (source.size() == 0) throw base::Error("bad_input", "there are no examples to train on", "ingest samples into the train split");
    for (std::size_t i = 0; i < source.size(); ++i)
        if (source.label(i) < 0 || source.label(i) >= classes)
            throw base::Error("bad_input", "example " + std::to_string(i) + " has label " + std::to_string(source.label(i)) +
                                               ", the graph has " + std::to_string(classes) + " outputs");
    class_weights_ = weigh_classes(source, classes, options_.class_weights);
    const auto batch = static_cast<std::size_t>(options_.batch_size);
    steps_ = (source.size() + batch - 1) / batch;
}

std::pair<std::size_t, std::size_t> Batches::bounds(std::size_t step) const {
    return {source_.size() * step / steps_, source_.size() * (step + 1) / steps_};
}

Batch Batches::gather(std::span<const std::size_t> indices, int epoch) const {
    Batch batch;
    batch.size = indices.size();
    batch.features.resize(batch.size * count_);
    batch.targets.assign(batch.size * classes_, 0);
    base::parallel_for(batch.size, [&](std::size_t i) {
        const auto features = std::span(batch.features).subspan(i * count_, count_);
        source_.fill(indices[i], epoch, features);
        if (epoch >= 0) mask(features, random_.fork("mask", static_cast<std::uint64_t>(epoch)).fork("example", indices[i]));
    });
    for (std::size_t i = 0; i < batch.size; ++i) {
        const int label = source_.label(indices[i]);
        batch.labels.push_back(label);
        batch.targets[i * classes_ + static_cast<std::size_t>(label)] = 1;
        batch.weights.push_back(class_weights_[static_cast<std::size_t>(label)]);
    }
    return batch;
}

// SpecAugment (Park et al., 2019) without time warping: stretches of time and of frequency are set to their mean.
void Batches::mask(std::span<float> features, base::Random random) const {
    if (shape_.size() < 2) return;
    const std::size_t channels = blank_.size(), rows = static_cast<std::size_t>(shape_[0]), row = count_ / rows;
    const auto blank = [&](std::size_t i) { features[i] = blank_[i % channels]; };
    const auto stretch = [&](std::size_t length, int widest) {
        const std::size_t width = random.below(std::min(length, static_cast<std::size_t>(widest)) + 1);
        const std::size_t begin = random.below(length - width + 1);
        return std::pair(begin, begin + width);
    };
    for (int m = 0; m < options_.time_masks; ++m) {
        const auto [begin, end] = stretch(rows, options_.time_mask_width);
        for (std::size_t i = begin * row; i < end * row; ++i) blank(i);
    }
    const std::size_t bands = static_cast<std::size_t>(shape_[1]), band = row / bands;
    for (int m = 0; m < options_.frequency_masks; ++m) {
        const auto [begin, end] = stretch(bands, options_.frequency_mask_width);
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t i = r * row + begin * band; i < r * row + end * band; ++i) blank(i);
    }
}

// mixup (Zhang et al., 2018), with a share of its own for each example; partners are a rotation of the batch, which was shuffled before.
void Batches::mix(Batch& batch, base::Random random) const {
    if (options_.mixup <= 0 || batch.size < 2) return;
    const Batch plain = batch;
    const std::size_t turn = 1 + random.below(batch.size - 1);
    for (std::size_t i = 0; i < batch.size; ++i) {
        const std::size_t other = (i + turn) % batch.size;
        const float drawn = static_cast<float>(beta_variate(options_.mixup, random));
        const float own = std::max(drawn, 1 - drawn);  // the example stays the greater part, so that its label stays meaningful
        const auto blend = [&](std::vector<float>& values, const std::vector<float>& from, std::size_t width) {
            for (std::size_t k = 0; k < width; ++k) values[i * width + k] = own * from[i * width + k] + (1 - own) * from[other * width + k];
        };
        blend(batch.features, plain.features, count_);
        blend(batch.targets, plain.targets, classes_);
        blend(batch.weights, plain.weights, 1);
    }
}

Batch Batches::make(int epoch, std::size_t step) const {
    std::vector<std::size_t> order(source_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    random_.fork("order", static_cast<std::uint64_t>(epoch)).shuffle(std::span(order));
    const auto [begin, end] = bounds(step);
    Batch batch = gather(std::span(order).subspan(begin, end - begin), epoch);
    mix(batch, random_.fork("mix", static_cast<std::uint64_t>(epoch)).fork("step", step));
    const float spread = static_cast<float>(options_.label_smoothing);
    for (float& target : batch.targets) target = (1 - spread) * target + spread / static_cast<float>(classes_);
    return batch;
}

Batch Batches::plain(std::size_t step) const {
    const auto [begin, end] = bounds(step);
    std::vector<std::size_t> indices(end - begin);
    std::iota(indices.begin(), indices.end(), begin);
    return gather(indices, -1);
}

double learning_rate_at(const TrainOptions& options, std::size_t step, std::size_t steps_per_epoch) {
    const double at = static_cast<double>(step) / static_cast<double>(steps_per_epoch);
    const double warm = std::min(options.warmup_epochs, options.epochs - 1);
    if (at < warm) return options.learning_rate * (static_cast<double>(step) + 1) / (warm * static_cast<double>(steps_per_epoch));
    const double share = (at - warm) / (options.epochs - warm);  // of the way from the end of the rise to the end
    if (options.schedule == "cosine") return options.learning_rate * 0.5 * (1 + std::cos(std::numbers::pi * share));
    if (options.schedule == "step") return options.learning_rate * (share < 0.6 ? 1 : share < 0.85 ? 0.1 : 0.01);
    return options.learning_rate;
}

}  // namespace mote::learn

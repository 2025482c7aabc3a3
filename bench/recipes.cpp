// Trains a recipe of src/learn/recipes.hpp on its data set, outside the store, and prints what it reaches. For finding settings:
//   recipes speech|phone|watch|fashion DATA_FOLDER ['{"train": {"epochs": 20}, "learner": "ds_cnn", "model": {...}}'] [SEED...]
#include "learn/recipes.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "compress/quantise.hpp"
#include "dsp/block.hpp"
#include "graph/operator.hpp"
#include "learn/budget.hpp"
#include "learn/metrics.hpp"

#include <zlib.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <map>
#include <sstream>

namespace {
using namespace mote;

struct Split {
    std::vector<base::Bytes> windows;
    std::vector<int> labels;
};

struct Data {
    dsp::InputSpec input;
    std::vector<std::string> labels;
    std::string noise_label;
    std::map<std::string, Split> splits;
    void add(const std::string& split, base::Bytes window, const std::string& label) {
        const auto found = std::find(labels.begin(), labels.end(), label);
        splits[split].labels.push_back(static_cast<int>(found - labels.begin()));
        if (found == labels.end()) labels.push_back(label);
        splits[split].windows.push_back(std::move(window));
    }
};

std::vector<std::vector<std::string>> read_table(const std::filesystem::path& file) {
    std::vector<std::vector<std::string>> rows;
    for (const std::string& line : base::split(base::read_text(file), '\n'))
        if (!base::trim(line).empty()) rows.push_back(base::split(base::trim(line), ','));
    rows.erase(rows.begin());
    return rows;
}

Data read_speech(const std::filesystem::path& folder) {
    Data data;
    data.input = {store::SampleType::i16, {"audio"}, 16000, 16000, 0, 0};
    data.noise_label = "_silence_";
    for (const auto& row : read_table(folder / "split.csv")) {
        base::Bytes bytes = base::read_file(folder / row[0]);
        base::Bytes window(bytes.begin() + 44, bytes.end());
        window.resize(32000);
        data.add(row[3], std::move(window), row[1]);
    }
    return data;
}

void add_motion(Data& data, const std::string& split, const std::filesystem::path& file, std::size_t stride) {
    const auto rows = read_table(file);
    const double rate = 1000.0 * static_cast<double>(rows.size() - 1) / (std::stod(rows.back()[6]) - std::stod(rows.front()[6]));
    const auto frames = static_cast<std::size_t>(static_cast<double>(rows.size() - 1) * 100 / rate);
    std::vector<float> values;
    std::vector<std::string> labels;
    for (std::size_t t = 0; t < frames; ++t) {
        const double at = static_cast<double>(t) * rate / 100;
        const auto left = static_cast<std::size_t>(at);
        const double share = at - static_cast<double>(left);
        for (std::size_t c = 0; c < 6; ++c)
            values.push_back(static_cast<float>(std::stod(rows[left][c]) * (1 - share) +
                                                std::stod(rows[std::min(left + 1, rows.size() - 1)][c]) * share));
        labels.push_back(rows[left][7]);
    }
    for (std::size_t begin = 0; begin + 100 <= frames; begin += stride) {
        std::map<std::string, int> votes;
        for (std::size_t t = begin; t < begin + 100; ++t) ++votes[labels[t]];
        const auto best = std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        const auto bytes = std::as_bytes(std::span(values).subspan(begin * 6, 600));
        data.add(split, base::Bytes(bytes.begin(), bytes.end()), best->first);
    }
}

Data read_motion(const std::filesystem::path& folder, const std::string& ending, std::size_t train_stride) {
    Data data;
    data.input = {store::SampleType::f32, {"accX", "accY", "accZ", "gyrX", "gyrY", "gyrZ"}, 100, 100, 0, 0};
    for (const auto& row : read_table(folder / "split_subjects.csv")) {
        std::vector<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::directory_iterator(folder / "DATA" / row[0]))
            if (entry.path().string().ends_with(ending)) files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        for (const auto& file : files) add_motion(data, row[1], file, row[1] == "train" ? train_stride : 50);
    }
    return data;
}

std::string unzip(const std::filesystem::path& file) {
    const gzFile in = gzopen(file.c_str(), "rb");
    std::string all(1 << 26, '\0');
    all.resize(static_cast<std::size_t>(std::max(0, gzread(in, all.data(), 1 << 26))));
    gzclose(in);
    return all;
}

Data read_fashion(const std::filesystem::path& folder) {
    Data data;
    data.input = {store::SampleType::u8, {"grey"}, 0, 28 * 28, 28, 28};
    for (int c = 0; c < 10; ++c) data.labels.push_back(std::to_string(c));
    for (const std::string part : {"train", "t10k"}) {
        const std::string images = unzip(folder / (part + "-images-idx3-ubyte.gz")),
                          labels = unzip(folder / (part + "-labels-idx1-ubyte.gz"));
        for (std::size_t i = 0; i + 8 < labels.size(); ++i) {
            const auto bytes = base::as_bytes(std::string_view(images).substr(16 + i * 784, 784));
            const std::string split = part == "t10k" ? "test" : i % 12 == 0 ? "val" : "train";
            data.add(split, base::Bytes(bytes.begin(), bytes.end()), std::to_string(static_cast<int>(labels[8 + i])));
        }
    }
    return data;
}

class Source : public learn::ExampleSource {
  public:
    Source(const Split& split, const dsp::Block& block, const learn::Augmenter* augmenter, std::uint64_t seed)
        : split_(split), block_(block), augmenter_(augmenter), random_(seed) {
        plain_.resize(size() * block.output().count());
        base::parallel_for(size(), [&](std::size_t i) { compute(split_.windows[i], row(i)); });
    }
    std::size_t size() const override { return split_.labels.size(); }
    int label(std::size_t index) const override { return split_.labels[index]; }
    std::span<float> row(std::size_t i) const { return std::span(plain_).subspan(i * block_.output().count(), block_.output().count()); }
    const std::vector<float>& plain() const { return plain_; }
    const std::vector<int>& labels() const { return split_.labels; }
    void fill(std::size_t index, int epoch, std::span<float> features) const override {
        if (epoch < 0 || !augmenter_) {
            std::copy_n(row(index).begin(), features.size(), features.begin());
            return;
        }
        base::Bytes window = split_.windows[index];
        augmenter_->apply(window, random_.fork("epoch", static_cast<std::uint64_t>(epoch)).fork("example", index));
        compute(window, features);
    }

  private:
    void compute(const base::Bytes& window, std::span<float> features) const {
        std::vector<double> scratch(block_.scratch_bytes() / 8 + 1);
        block_.compute(window.data(), features, scratch.data());
    }
    const Split& split_;
    const dsp::Block& block_;
    const learn::Augmenter* augmenter_;
    base::Random random_;
    mutable std::vector<float> plain_;
};

void run(const std::string& name, const std::filesystem::path& folder, const base::Json& changes, std::vector<std::uint64_t> seeds) {
    learn::Recipe recipe = learn::find_recipe(name == "speech" ? "keyword" : name == "fashion" ? "image" : "motion");
    Data data = name == "speech" ? read_speech(folder)
                : name == "fashion"
                    ? read_fashion(folder)
                    : read_motion(folder, name == "phone" ? "_sp.csv" : "_sw.csv", changes.value("train_stride", std::size_t{50}));
    recipe.block = changes.value("block", name == "fashion" ? std::string("raw") : recipe.block);
    if (changes.contains("features")) recipe.block_parameters.update(changes["features"]);
    recipe.learner = changes.value("learner", recipe.learner);
    if (changes.contains("model")) recipe.learner_parameters = changes["model"];
    base::Json train = base::to_json(recipe.train), augment = base::to_json(recipe.augment);
    if (changes.contains("train")) train.update(changes["train"]);
    if (changes.contains("augment")) augment.update(changes["augment"]);
    recipe.train = base::from_json<learn::TrainOptions>(train, "train");
    recipe.augment = base::from_json<learn::AugmentSettings>(augment, "augment");
    const dsp::BlockType& type = dsp::find_block_type(recipe.block);
    const auto block = type.prepare(dsp::resolve_parameters(type, recipe.block_parameters), data.input);
    if (changes.value("pool_validation", false)) {  // settings are fixed: the last training takes every recording but the test's
        Split& train = data.splits["train"];
        const Split& val = data.splits["val"];
        train.windows.insert(train.windows.end(), val.windows.begin(), val.windows.end());
        train.labels.insert(train.labels.end(), val.labels.begin(), val.labels.end());
    }
    std::vector<const base::Bytes*> noise;
    for (std::size_t i = 0; i < data.splits["train"].labels.size(); ++i)
        if (data.labels[static_cast<std::size_t>(data.splits["train"].labels[i])] == data.noise_label)
            noise.push_back(&data.splits["train"].windows[i]);
    const learn::Augmenter augmenter(recipe.augment, data.input, noise.size(), [&](std::size_t i, std::span<std::byte> out) {
        std::memcpy(out.data(), noise[i]->data(), out.size());
    });
    for (const std::uint64_t seed : seeds) {
        const auto start = std::chrono::steady_clock::now();
        const Source training(data.splits["train"], *block, &augmenter, seed), validation(data.splits["val"], *block, nullptr, 0),
            test(data.splits["test"], *block, nullptr, 0);
        learn::TrainRequest request;
        const auto& learner = learn::find_learner_type(recipe.learner);
        const int classes = static_cast<int>(data.labels.size());
        request.graph = learner.build(recipe.learner_parameters, block->output().shape, classes, {}, base::Random(seed));
        const learn::Footprint footprint = learn::estimate(request.graph);
        std::printf("%s seed %llu: %zu+%zu+%zu examples, %llu parameters, %.2f MMAC, flash %llu, RAM %llu\n", name.c_str(),
                    static_cast<unsigned long long>(seed), training.size(), validation.size(), test.size(),
                    static_cast<unsigned long long>(footprint.parameters), static_cast<double>(footprint.macs) / 1e6,
                    static_cast<unsigned long long>(footprint.flash_bytes), static_cast<unsigned long long>(footprint.ram_bytes));
        request.train = &training, request.validation = &validation;
        request.options = recipe.train, request.seed = seed;
        if (changes.contains("checkpoint")) request.checkpoint = changes["checkpoint"].get<std::string>() + std::to_string(seed);
        request.on_epoch = [](const learn::EpochRecord& r) {
            std::printf("%d lr %.5f train %.4f %.4f val %.4f %.4f %.1f s\n", r.epoch, r.learning_rate, r.train_loss, r.train_accuracy,
                        r.validation_loss, r.validation_accuracy, r.seconds);
            std::fflush(stdout);
        };
        const learn::TrainResult result = learn::trainer().train(request);
        const auto report = [&](const char* what, const Source& source) {
            const auto probabilities = learn::trainer().run(result.graph, source.plain());
            const learn::Metrics m = learn::measure(probabilities, source.labels(), data.labels);
            std::printf("RESULT %s seed %llu %s: accuracy %.4f macro-F1 %.4f loss %.4f\n", name.c_str(),
                        static_cast<unsigned long long>(seed), what, m.accuracy, m.macro_f1, m.loss);
        };
        report("val", validation);
        report("test", test);
        const graph::Graph small = compress::quantise(result.graph, training.plain(), training.size());
        std::vector<float> probabilities;
        graph::Evaluator evaluator(small);
        for (std::size_t i = 0; i < test.size(); ++i) {
            const auto p = evaluator.run_features(test.row(i));
            probabilities.insert(probabilities.end(), p.begin(), p.end());
        }
        const learn::Metrics m = learn::measure(probabilities, test.labels(), data.labels);
        std::printf("RESULT %s seed %llu test int8: accuracy %.4f macro-F1 %.4f loss %.4f\n", name.c_str(),
                    static_cast<unsigned long long>(seed), m.accuracy, m.macro_f1, m.loss);
        if (changes.contains("save"))
            base::write_file(changes["save"].get<std::string>() + std::to_string(seed), graph::serialise(result.graph));
        std::printf("best epoch %d, %.0f s\n", result.best_epoch,
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        std::fflush(stdout);
    }
}
}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc < 3) throw mote::base::Error("usage", "usage: recipes speech|phone|watch|fashion FOLDER [CHANGES [SEED...]]");
        std::vector<std::uint64_t> seeds;
        for (int i = 4; i < argc; ++i) seeds.push_back(std::stoull(argv[i]));
        if (seeds.empty()) seeds = {1};
        run(argv[1], argv[2], argc > 3 ? mote::base::parse_json(argv[3], "the changes") : mote::base::Json::object(), seeds);
    } catch (const mote::base::Error& error) {
        std::fprintf(stderr, "%s\n%s\n", error.what(), error.hint().c_str());
        return error.exit_code();
    }
}

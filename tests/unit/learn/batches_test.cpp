#include "learn/batches.hpp"

#include "base/files.hpp"
#include "learn/checkpoint.hpp"
#include "learn/recipes.hpp"
#include "toy.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace mote::learn {
namespace {

TrainOptions plain_options(int batch_size) {
    TrainOptions options;
    options.batch_size = batch_size, options.label_smoothing = 0;
    return options;
}

/// Example i has the features i, i, ... and the label i % 3.
class Counting : public ExampleSource {
  public:
    explicit Counting(std::size_t count) : count_(count) {}
    std::size_t size() const override { return count_; }
    int label(std::size_t index) const override { return static_cast<int>(index % 3); }
    void fill(std::size_t index, int, std::span<float> features) const override {
        std::fill(features.begin(), features.end(), static_cast<float>(index));
    }

  private:
    std::size_t count_;
};

TEST(Batches, EveryExampleOnceAnEpochInAnotherOrder) {
    const Counting source(101);
    const Batches batches(source, plain_options(20), {2}, 3, 5, {0, 0});
    std::vector<std::vector<float>> orders;
    for (const int epoch : {0, 1}) {
        std::vector<float> seen;
        for (std::size_t step = 0; step < batches.steps(); ++step) {
            const Batch batch = batches.make(epoch, step);
            EXPECT_GE(batch.size, 10u);
            EXPECT_LE(batch.size, 20u);
            for (std::size_t i = 0; i < batch.size; ++i) {
                seen.push_back(batch.features[2 * i]);
                EXPECT_EQ(batch.labels[i], static_cast<int>(batch.features[2 * i]) % 3);
                EXPECT_EQ(batch.targets[3 * i + static_cast<std::size_t>(batch.labels[i])], 1);
            }
        }
        orders.push_back(seen);
        std::sort(seen.begin(), seen.end());
        for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], static_cast<float>(i));
    }
    EXPECT_NE(orders[0], orders[1]);
}

TEST(Batches, TargetsOfMixedExamplesSumToOne) {
    const Counting source(64);
    TrainOptions options = plain_options(32);
    options.mixup = 0.4, options.label_smoothing = 0.1;
    const Batches batches(source, options, {2}, 3, 5, {0, 0});
    const Batch batch = batches.make(0, 0);
    int blended = 0;
    for (std::size_t i = 0; i < batch.size; ++i) {
        EXPECT_NEAR(std::accumulate(&batch.targets[3 * i], &batch.targets[3 * i] + 3, 0.0), 1, 1e-6);
        blended += batch.features[2 * i] != std::floor(batch.features[2 * i]);
    }
    EXPECT_GT(blended, 10);
}

TEST(Batches, MasksBlankBandsAndStretches) {
    const Counting source(8);
    TrainOptions options = plain_options(8);
    options.time_masks = 1, options.time_mask_width = 3, options.frequency_masks = 1, options.frequency_mask_width = 2;
    const Batches batches(source, options, {10, 6}, 3, 5, std::vector<float>(6, -7));
    bool any = false;
    for (int epoch = 0; epoch < 4; ++epoch) {
        const Batch batch = batches.make(epoch, 0);
        for (std::size_t i = 0; i < batch.size; ++i) {
            const auto blank = std::count(&batch.features[60 * i], &batch.features[60 * i] + 60, -7.0f);
            EXPECT_LE(blank, 3 * 6 + 2 * 10);
            any = any || blank > 0;
        }
    }
    EXPECT_TRUE(any);
    const Batch plain = batches.plain(0);
    EXPECT_EQ(std::count(plain.features.begin(), plain.features.end(), -7.0f), 0);
}

TEST(Batches, ClassWeightsAverageToOne) {
    const Counting source(100);  // labels 0 and 1: 33 or 34 each
    const auto balanced = weigh_classes(source, 4, "balanced");
    double total = 0;
    for (std::size_t i = 0; i < 100; ++i) total += balanced[static_cast<std::size_t>(source.label(i))];
    EXPECT_NEAR(total, 100, 1e-3);
    EXPECT_GT(balanced[1], balanced[0]);  // 33 examples of 1, 34 of 0
    EXPECT_EQ(weigh_classes(source, 4, "none")[0], 1);
}

TEST(Batches, LearningRateRisesThenFalls) {
    TrainOptions options;
    options.epochs = 10, options.warmup_epochs = 2, options.learning_rate = 1;
    EXPECT_NEAR(learning_rate_at(options, 0, 5), 0.1, 1e-9);
    EXPECT_NEAR(learning_rate_at(options, 9, 5), 1, 1e-9);
    EXPECT_NEAR(learning_rate_at(options, 30, 5), 0.5, 1e-9);
    EXPECT_LT(learning_rate_at(options, 49, 5), 0.01);
    options.schedule = "constant";
    EXPECT_EQ(learning_rate_at(options, 49, 5), 1);
    options.schedule = "step";
    EXPECT_NEAR(learning_rate_at(options, 49, 5), 0.01, 1e-9);
    options.epochs = 1;  // shorter than the rise asked for
    EXPECT_EQ(learning_rate_at(options, 0, 5), 1);
}

TEST(Checkpoint, ReadsBackAndRefusesWhatIsNotOne) {
    const base::TemporaryFolder folder;
    const auto file = folder.path() / "a";
    const Checkpoint written{3, 30, 2, 0.25, {{0, 0.1, 1, 0.5, 1, 0.5, 2}}, {{1, 2, 3}, {}, {4}}};
    const base::Hash mark = base::sha256("work");
    write_checkpoint(file, mark, written);
    const auto read = read_checkpoint(file, mark);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->epochs_done, 3);
    EXPECT_EQ(read->state, written.state);
    EXPECT_EQ(base::to_json(read->epochs[0]), base::to_json(written.epochs[0]));
    EXPECT_FALSE(read_checkpoint(file, base::sha256("other work")));
    EXPECT_FALSE(read_checkpoint(folder.path() / "absent", mark));
    const base::Bytes whole = base::read_file(file);
    for (std::size_t length = 0; length < whole.size(); length += 7) {
        base::write_file(file, std::span(whole).first(length));
        EXPECT_THROW((void)read_checkpoint(file, mark), base::Error) << length;
    }
}

TEST(Recipes, AreFoundByNameAndBuild) {
    ASSERT_GE(recipes().size(), 3u);
    for (const Recipe& recipe : recipes()) {
        EXPECT_EQ(&find_recipe(recipe.name), &recipe);
        const std::vector<int> shape = recipe.name == "keyword"  ? std::vector<int>{49, 40}
                                       : recipe.name == "motion" ? std::vector<int>{100, 6}
                                                                 : std::vector<int>{28, 28, 1};
        EXPECT_NO_THROW(find_learner_type(recipe.learner).build(recipe.learner_parameters, shape, 5, {}, base::Random(1))) << recipe.name;
        EXPECT_NO_THROW((void)base::from_json<TrainOptions>(base::to_json(recipe.train), "train")) << recipe.name;
        EXPECT_NO_THROW((void)base::from_json<AugmentSettings>(base::to_json(recipe.augment), "augment")) << recipe.name;
    }
    EXPECT_THROW(find_recipe("keywrod"), base::Error);
}

}  // namespace
}  // namespace mote::learn

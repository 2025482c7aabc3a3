// The training backend: learns, repeats, resumes, stops.
#include "base/files.hpp"
#include "learn/learner.hpp"
#include "toy.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace mote::learn {
namespace {

#ifdef MOTE_TORCH_LIBRARY

base::Bytes constants_of(const graph::Graph& graph) {
    base::Bytes all;
    for (const auto& t : graph.tensors) all.insert(all.end(), t.data.begin(), t.data.end());
    return all;
}

class Training : public ::testing::Test {
  protected:
    static void SetUpTestSuite() { ::setenv("MOTE_TORCH_BACKEND", MOTE_TORCH_LIBRARY, 1); }

    TrainRequest request(std::string_view learner, int epochs) {
        const auto shape = toy::shape_for(learner);
        train_ = std::make_unique<toy::Sines>(150, shape, 3, 1);
        validation_ = std::make_unique<toy::Sines>(60, shape, 3, 2);
        TrainRequest r;
        r.graph = toy::build(learner, shape, 3, {{"size", "small"}});
        r.train = train_.get(), r.validation = validation_.get();
        r.options.epochs = epochs, r.options.batch_size = 16, r.options.threads = 1, r.options.learning_rate = 0.01;
        return r;
    }
    std::unique_ptr<ExampleSource> train_, validation_;
};

TEST_F(Training, LearnsATinyProblemWithEveryLearner) {
    for (const LearnerType* type : learner_types()) {
        const TrainResult result = trainer().train(request(type->name, 15));
        ASSERT_EQ(result.epochs.size(), 15u);
        EXPECT_GT(result.epochs[static_cast<std::size_t>(result.best_epoch)].validation_accuracy, 0.95) << type->name;
        EXPECT_LT(result.epochs.back().train_loss, result.epochs.front().train_loss) << type->name;
        EXPECT_NO_THROW(graph::verify(result.graph)) << type->name;
    }
}

// With these sizes the gradient that oneDNN computes on processors with AVX-512 damages the heap, and the program is aborted.
TEST_F(Training, FewFiltersLeaveTheHeapWhole) {
    const std::vector<int> shape = {100, 6};
    const toy::Sines train(630, shape, 5, 1);
    TrainRequest r;
    r.graph = toy::build("conv_1d", shape, 5, {{"size", "small"}});
    r.train = &train;
    r.options.epochs = 2, r.options.batch_size = 63;
    EXPECT_EQ(trainer().train(r).epochs.size(), 2u);
}

TrainRequest with_everything(TrainRequest r) {
    r.options.ema = 0.9, r.options.mixup = 0.3, r.options.dropout = 0.2, r.options.class_weights = "balanced";
    r.options.time_masks = 1, r.options.time_mask_width = 4, r.options.frequency_masks = 1, r.options.frequency_mask_width = 3;
    return r;
}

TEST_F(Training, SameSeedSameBytesOtherSeedOther) {
    const TrainRequest r = with_everything(request("ds_cnn", 3));
    const auto first = constants_of(trainer().train(r).graph);
    EXPECT_EQ(first, constants_of(trainer().train(r).graph));
    TrainRequest other = r;
    other.seed = 99;
    EXPECT_NE(first, constants_of(trainer().train(other).graph));
}

TEST_F(Training, ResumesToTheSameBytes) {
    const base::TemporaryFolder folder;
    const TrainRequest whole = with_everything(request("ds_cnn", 5));
    const TrainResult uninterrupted = trainer().train(whole);
    TrainRequest stopped = whole;
    base::Cancel cancel;
    stopped.checkpoint = folder.path() / "training.checkpoint";
    stopped.cancel = &cancel;
    stopped.on_epoch = [&](const EpochRecord& record) {
        if (record.epoch == 2) cancel.request();
    };
    try {
        trainer().train(stopped);
        FAIL() << "the cancelled training ran to its end";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), "cancelled");
    }
    ASSERT_TRUE(std::filesystem::exists(stopped.checkpoint));
    TrainRequest resumed = whole;
    resumed.checkpoint = stopped.checkpoint;
    std::vector<int> seen;
    resumed.on_epoch = [&](const EpochRecord& record) { seen.push_back(record.epoch); };
    const TrainResult result = trainer().train(resumed);
    EXPECT_EQ(seen, (std::vector<int>{3, 4}));
    EXPECT_EQ(result.epochs.size(), 5u);
    EXPECT_EQ(result.best_epoch, uninterrupted.best_epoch);
    EXPECT_EQ(constants_of(result.graph), constants_of(uninterrupted.graph));
}

TEST_F(Training, AnEpochIsToldBeforeItIsSaved) {
    const base::TemporaryFolder folder;
    TrainRequest r = request("ds_cnn", 4);
    r.checkpoint = folder.path() / "training.checkpoint";
    r.on_epoch = [](const EpochRecord& record) {
        if (record.epoch == 2) throw base::Error("internal", "killed while it is recorded");
    };
    EXPECT_THROW(trainer().train(r), base::Error);
    std::vector<int> seen;
    r.on_epoch = [&](const EpochRecord& record) { seen.push_back(record.epoch); };
    trainer().train(r);
    ASSERT_FALSE(seen.empty());
    EXPECT_EQ(seen[0], 2) << "nobody has its record";
}

TEST_F(Training, CheckpointOfOtherWorkIsNotResumed) {
    const base::TemporaryFolder folder;
    TrainRequest r = request("dense", 2);
    r.checkpoint = folder.path() / "training.checkpoint";
    trainer().train(r);
    r.options.learning_rate = 0.02;
    int epochs = 0;
    r.on_epoch = [&](const EpochRecord&) { ++epochs; };
    trainer().train(r);
    EXPECT_EQ(epochs, 2);
}

TEST_F(Training, DamagedCheckpointIsNamed) {
    const base::TemporaryFolder folder;
    TrainRequest r = request("dense", 2);
    r.checkpoint = folder.path() / "training.checkpoint";
    trainer().train(r);
    base::Bytes bytes = base::read_file(r.checkpoint);
    bytes.back() ^= std::byte{1};
    base::write_file(r.checkpoint, bytes);
    try {
        trainer().train(r);
        FAIL() << "a damaged checkpoint was resumed";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), "bad_input");
        EXPECT_NE(error.message().find("training.checkpoint"), std::string::npos) << error.message();
    }
}

TEST_F(Training, PatienceStopsAndTheBestEpochIsKept) {
    TrainRequest r = request("dense", 200);
    r.options.patience = 3;
    const TrainResult result = trainer().train(r);
    EXPECT_LT(result.epochs.size(), 200u);
    EXPECT_EQ(result.epochs.size(), static_cast<std::size_t>(result.best_epoch) + 4);
    for (const EpochRecord& record : result.epochs)
        EXPECT_GE(record.validation_loss, result.epochs[static_cast<std::size_t>(result.best_epoch)].validation_loss);
}

TEST_F(Training, StandardisationIsMeasured) {
    const TrainResult result = trainer().train(request("dense", 1));
    const graph::Node& node = result.graph.nodes.front();
    ASSERT_EQ(node.name, "standardise");
    const auto mean = result.graph.tensors[static_cast<std::size_t>(node.inputs[3])].as<float>();
    const auto variance = result.graph.tensors[static_cast<std::size_t>(node.inputs[4])].as<float>();
    EXPECT_NEAR(mean[0], 5, 0.5);        // 5 + 3 sin(random phase)
    EXPECT_NEAR(variance[0], 4.6, 0.8);  // 9 / 2 + 0.3^2
}

TEST_F(Training, BadExamplesAreNamed) {
    TrainRequest r = request("dense", 1);
    const toy::Sines empty(0, {24}, 3, 1), labels(10, {24}, 9, 1);
    r.train = &empty;
    EXPECT_THROW(trainer().train(r), base::Error);
    r.train = &labels;
    EXPECT_THROW(trainer().train(r), base::Error);
}

#endif

TEST(Backend, AbsentBackendSaysWhatToInstall) {
    // In a fresh process: the door opens once a process.
    ::testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(
        {
            ::setenv("MOTE_TORCH_BACKEND", "/nowhere/libmote_torch.so", 1);
            try {
                trainer();
            } catch (const base::Error& error) {
                const bool good = error.code() == "not_found" && error.message().find("/nowhere/libmote_torch.so") != std::string::npos &&
                                  error.hint().find("libtorch-dev") != std::string::npos;
                std::_Exit(good ? 0 : 1);
            }
            std::_Exit(2);
        },
        ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace mote::learn

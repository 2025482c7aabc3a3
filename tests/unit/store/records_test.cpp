#include "store/records.hpp"

#include "support.hpp"

#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace mote::store;
using namespace mote::store::test;
using mote::base::Json;

struct Records : Fixture {
    Store store = Store::open(dot);
    RunRecipe recipe;

    void SetUp() override {
        write_words(data, 3);
        take_in(store, {data});
        recipe.snapshot = store.snapshot().hash;
        recipe.pipeline = put_pipeline(store, {{"features", "mfe"}, {"learner", "dense"}});
        recipe.code = "0.1.0", recipe.seed = 18446744073709551615u, recipe.environment = {{"threads", 2}};
    }
};

TEST_F(Records, TheSameRecipeIsTheSameRun) {
    EXPECT_EQ(put_pipeline(store, {{"learner", "dense"}, {"features", "mfe"}}), recipe.pipeline);
    EXPECT_EQ(get_pipeline(store, recipe.pipeline.substr(0, 8))["features"], "mfe");
    const mote::store::Run run = open_run(store, recipe);
    EXPECT_EQ(open_run(store, recipe).id, run.id);
    EXPECT_EQ(run.state, RunState::created);
    EXPECT_EQ(run.recipe.seed, recipe.seed);
    RunRecipe other = recipe;
    other.seed = 2;
    EXPECT_NE(open_run(store, other).id, run.id);
    EXPECT_EQ(runs(store).size(), 2u);
    EXPECT_EQ(latest_run(store)->recipe.seed, 2u);
    EXPECT_EQ(find_run(store, run.id.substr(0, 12)).id, run.id);
    EXPECT_FALSE(latest_run(store, RunState::done));
    other.snapshot = "ffff";
    EXPECT_EQ(failure_of([&] { open_run(store, other); }).substr(0, 9), "not_found");
}

TEST_F(Records, ARunGoesFromCreatedToDoneAndThenStands) {
    const std::string id = open_run(store, recipe).id;
    {
        RunClaim claim(store, id);
        EXPECT_TRUE(is_claimed(store, id));
        EXPECT_EQ(find_run(store, id).state, RunState::running);
        for (int i = 0; i < 5; ++i) claim.epoch(i, {{"epoch", i}, {"loss", 1.0 / (i + 1)}});
        claim.epoch(3, {{"epoch", 3}, {"loss", 9}});  // resumed from before it
        EXPECT_EQ(epochs(store, id).size(), 4u);
        EXPECT_EQ(failure_of([&] { claim.epoch(7, Json::object()); }).substr(0, 8), "internal");
        claim.artifact("report.json", "{}");
        claim.artifact("report.json", "{}");
        EXPECT_EQ(failure_of([&] { claim.artifact("report.json", "other"); }).substr(0, 8), "conflict");
        write(claim.checkpoint(), "weights");
        claim.done({{"accuracy", 0.95}});
        EXPECT_FALSE(fs::exists(claim.checkpoint()));
    }
    EXPECT_FALSE(is_claimed(store, id));
    const mote::store::Run run = find_run(store, "latest");
    EXPECT_EQ(run.state, RunState::done);
    EXPECT_EQ(run.metrics["accuracy"], 0.95);
    EXPECT_EQ(run.epochs, 4);
    EXPECT_EQ(mote::base::as_text(artifact(store, id, "report.json")), "{}");
    EXPECT_NE(failure_of([&] { artifact(store, id, "curve"); }).find("it has report.json"), std::string::npos);
    EXPECT_EQ(failure_of([&] { RunClaim again(store, id); }).substr(0, 8), "conflict");
}

TEST_F(Records, AKilledRunCanBeClaimedAgainAndAHeldOneCannot) {
    const std::string id = open_run(store, recipe).id;
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t pid = ::fork();
    if (pid == 0) {
        Store own = Store::open(dot);
        RunClaim claim(own, id);
        claim.epoch(0, {{"loss", 1}});
        write(claim.checkpoint(), "weights");
        (void)!::write(ready[1], "x", 1);
        ::pause();
        ::_exit(0);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    EXPECT_TRUE(is_claimed(store, id));
    EXPECT_EQ(failure_of([&] { RunClaim claim(store, id); }).substr(0, 32), "conflict: another mote works on ");
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    EXPECT_FALSE(is_claimed(store, id));
    EXPECT_EQ(find_run(store, id).state, RunState::running);
    RunClaim claim(store, id);
    EXPECT_EQ(epochs(store, id).size(), 1u);
    EXPECT_EQ(mote::base::read_text(claim.checkpoint()), "weights");
    claim.failed("out of memory");
    EXPECT_EQ(find_run(store, id).error, "out of memory");
}

TEST_F(Records, ModelsAndDeploymentsAreNamedByTheirBytes) {
    const std::string id = open_run(store, recipe).id;
    const auto bytes = mote::base::as_bytes("float graph");
    const Model model = put_model(store, id, "float", bytes, {{"parameters", 12}});
    EXPECT_EQ(put_model(store, id, "float", bytes, {{"parameters", 13}}).info["parameters"], 12);
    put_model(store, id, "int8", mote::base::as_bytes("int8 graph"), Json::object());
    EXPECT_EQ(models(store).size(), 2u);
    EXPECT_EQ(latest_model(store)->kind, "int8");
    EXPECT_EQ(latest_model(store, "float")->hash, model.hash);
    EXPECT_EQ(mote::base::as_text(model_bytes(store, find_model(store, model.hash.substr(0, 9)))), "float graph");
    const Deployment deployment = put_deployment(store, "latest", "nrf52840", {{"arena_bytes", 1000}});
    EXPECT_EQ(put_deployment(store, "latest", "nrf52840", {{"arena_bytes", 1000}}).hash, deployment.hash);
    EXPECT_EQ(deployments(store).size(), 1u);
}

}  // namespace

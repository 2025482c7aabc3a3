#include "base/process.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace {

using namespace mote::base;

TEST(Process, KeepsTheTwoOutputsApartAndTheExitCode) {
    const auto result = run_process({"sh", "-c", "echo out; echo err >&2; exit 7"});
    EXPECT_EQ(result.output, "out\n");
    EXPECT_EQ(result.error_output, "err\n");
    EXPECT_EQ(result.exit_code, 7);
    EXPECT_FALSE(result.ok());
}

TEST(Process, ArgumentsReachTheProgramUntouched) { EXPECT_EQ(run_process({"printf", "%s|", "a b", "$HOME", "*"}).output, "a b|$HOME|*|"); }

TEST(Process, MuchOutputOnBothPipesDoesNotBlock) {
    const auto result = run_process({"sh", "-c", "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"});
    EXPECT_EQ(result.output.size(), 3000000u);
    EXPECT_EQ(result.error_output.size(), 3000000u);
}

TEST(Process, TimeoutKillsTheWholeGroup) {
    const auto result = run_process({"sh", "-c", "sleep 30 & sleep 30"}, {.timeout_s = 0.2});
    EXPECT_TRUE(result.timed_out);
    EXPECT_EQ(result.exit_code, 128 + 9);
}

TEST(Process, CancelStopsIt) {
    Cancel cancel;
    cancel.request();
    EXPECT_THROW(run_process({"sleep", "30"}, {.cancel = &cancel}), Error);
}

TEST(Process, MissingProgramIsNamed) {
    try {
        run_process({"no-such-program-anywhere"});
        FAIL() << "it ran";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), "not_found");
        EXPECT_EQ(error.message(), "there is no program 'no-such-program-anywhere' here");
    }
}

}  // namespace

#include "cli/parse.hpp"
#include "base/error.hpp"
#include "cli/help.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace {

using namespace mote;

std::string refusal(std::vector<std::string> words) {
    try {
        cli::parse(words);
    } catch (const base::Error& error) {
        return std::to_string(error.exit_code()) + " " + error.message() + " | " + error.hint();
    }
    return "accepted";
}

TEST(Parse, GlobalFlagsStandAnywhere) {
    const std::vector<std::string> words{"-C", "p", "init", "--json", "x", "--quiet"};
    const auto command = cli::parse(words);
    EXPECT_EQ(command.project, "p");
    EXPECT_TRUE(command.json && command.quiet);
    EXPECT_EQ(command.request["folder"], "x");
}

TEST(Parse, EqualsNegationAndDoubleDash) {
    const std::vector<std::string> words{"init", "--name=a b", "--", "-odd"};
    const auto command = cli::parse(words);
    EXPECT_EQ(command.request["name"], "a b");
    EXPECT_EQ(command.request["folder"], "-odd");
}

TEST(Parse, RefusalsNameTheNearestRightWord) {
    EXPECT_EQ(refusal({"inti"}), "2 there is no command \"inti\" | did you mean \"init\"?");
    EXPECT_EQ(refusal({"zzzzzz"}), "2 there is no command \"zzzzzz\" | mote --help lists the commands");
    EXPECT_EQ(refusal({"init", "--nmae", "x"}), "2 mote init has no flag \"--nmae\" | did you mean \"--name\"?");
    EXPECT_EQ(refusal({"init", "--seed", "x"}), "2 --seed must be a whole number, not \"x\" | change its value");
    EXPECT_EQ(refusal({"init", "--seed"}), "2 --seed needs a value | write it after the flag");
    EXPECT_EQ(refusal({"init", "a", "b"}), "2 mote init does not take \"b\" | mote init --help shows what it takes");
    EXPECT_EQ(refusal({"init", "--seed", "1", "--seed", "2"}), "2 --seed is given twice | give it once");
    EXPECT_EQ(refusal({"init", "\xff"}), "2 word 2 of the command is not UTF-8 text | name the folder instead of a file with such a name");
    EXPECT_EQ(refusal({"--jsn"}), "2 mote has no flag \"--jsn\" | did you mean \"--json\"?");
}

TEST(Completion, KnowsTheShellsAndEveryVerb) {
    for (const char* shell : {"bash", "zsh", "fish"}) {
        std::ostringstream out;
        cli::print_completion(shell, out);
        for (const app::Verb* verb : app::verbs())
            EXPECT_NE(out.str().find(std::string(verb->name).substr(std::string(verb->name).rfind(' ') + 1)), std::string::npos) << shell;
    }
    std::ostringstream out;
    EXPECT_THROW(cli::print_completion("cmd", out), base::Error);
}

}  // namespace

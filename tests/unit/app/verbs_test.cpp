// What holds for every verb, whatever it does.
#include "app/verb.hpp"
#include "base/text.hpp"
#include "cli/help.hpp"
#include "cli/parse.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace {

using namespace mote;
using app::Verb;
using base::Json;

/// Words of an example as a shell would split them (single and double quotes).
std::vector<std::string> shell_words(std::string_view text) {
    std::vector<std::string> words;
    bool inside = false;
    char quote = 0;
    for (const char c : text) {
        if (quote != 0 ? c == quote : c == '"' || c == '\'') {
            quote = quote != 0 ? '\0' : c;
            if (!inside) words.emplace_back(), inside = true;
        } else if (quote == 0 && c == ' ') {
            inside = false;
        } else {
            if (!inside) words.emplace_back();
            inside = true;
            words.back() += c;
        }
    }
    return words;
}

class EveryVerb : public testing::TestWithParam<const Verb*> {};

TEST_P(EveryVerb, SaysWhatItIs) {
    const Verb& verb = *GetParam();
    EXPECT_FALSE(verb.help.empty());
    EXPECT_LT(verb.help.size(), 100u);
    EXPECT_TRUE(verb.example.starts_with("mote " + std::string(verb.name))) << verb.example;
    std::ostringstream out;
    cli::print_verb_help(verb, out);
    EXPECT_NE(out.str().find(verb.example), std::string::npos);
    for (const auto& flag : verb.flags()) EXPECT_FALSE(flag.help.empty()) << verb.name << " " << flag.name;
}

TEST_P(EveryVerb, SchemasDescribeEveryField) {
    const Verb& verb = *GetParam();
    const Json request = verb.request_schema(), response = verb.response_schema();
    EXPECT_EQ(request["type"], "object");
    EXPECT_EQ(response["type"], "object");
    ASSERT_EQ(request["properties"].size(), verb.flags().size());
    for (const auto& flag : verb.flags()) EXPECT_TRUE(request["properties"].contains(flag.name)) << flag.name;
    for (const auto& [name, property] : response["properties"].items())
        EXPECT_FALSE(property.value("description", "").empty()) << verb.name << " response field " << name << " has no description";
}

TEST_P(EveryVerb, ExampleParses) {
    const Verb& verb = *GetParam();
    const auto words = shell_words(verb.example);
    const cli::Command command = cli::parse(std::span(words).subspan(1));
    EXPECT_EQ(command.verb, &verb);
}

/// A word that a flag accepts, and the JSON that it becomes.
std::pair<std::string, Json> sample_value(const Verb::Flag& flag) {
    if (flag.item == "int") return {"7", 7};
    if (flag.item == "number") return {"0.5", 0.5};
    if (flag.item == "bool") return {"true", true};
    if (flag.type == "map") return {"a=b", "b"};
    const std::string word = flag.choices.empty() ? "word" : base::split(flag.choices, '|')[0];
    return {word, word};
}

TEST_P(EveryVerb, FlagsParseToTheFieldsTheyName) {
    const Verb& verb = *GetParam();
    std::vector<std::string> words = base::split(verb.name, ' ');
    Json expected = Json::object();
    for (const auto& flag : verb.flags()) {
        const auto [word, json] = sample_value(flag);
        if (!flag.positional) words.push_back(cli::flag_word(flag.name));
        if (flag.positional || flag.type != "bool") words.push_back(word);
        if (flag.type == "list")
            expected[flag.name] = Json::array({json});
        else if (flag.type == "map")
            expected[flag.name] = {{"a", json}};
        else
            expected[flag.name] = json;
    }
    const cli::Command command = cli::parse(words);
    EXPECT_EQ(command.verb, &verb);
    EXPECT_EQ(Json(command.request).dump(), expected.dump());
}

TEST_P(EveryVerb, LettersAreFreeAndUnique) {
    std::set<char> taken{'h', 'q', 'C'};
    for (const auto& flag : GetParam()->flags()) {
        if (flag.letter != 0) {
            EXPECT_TRUE(taken.insert(flag.letter).second) << flag.letter;
        }
    }
    const std::set<std::string> global{"json", "help", "quiet", "version"};
    for (const auto& flag : GetParam()->flags()) EXPECT_FALSE(global.contains(flag.name)) << flag.name;
}

TEST_P(EveryVerb, RefusesAnUnknownField) {
    app::Context context;
    try {
        GetParam()->run({{"no_such_field", 1}}, context);
        FAIL() << "accepted";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), "usage");
        EXPECT_NE(error.message().find("no_such_field"), std::string::npos) << error.message();
    }
}

std::string verb_test_name(const testing::TestParamInfo<const Verb*>& info) {
    std::string name(info.param->name);
    for (char& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
    return name;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryVerb, testing::ValuesIn(app::verbs().begin(), app::verbs().end()), verb_test_name);

}  // namespace

#include "cli/parse.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace mote::cli {

using app::Verb;
using base::Error;
using base::Json;

std::string flag_word(std::string_view field) {
    std::string word = "--" + std::string(field);
    std::replace(word.begin(), word.end(), '_', '-');
    return word;
}

namespace {

template <class T>
T number(std::string_view text, const std::string& place, const char* wanted) {
    T value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size())
        throw Error("usage", place + " must be " + wanted + ", not \"" + std::string(text) + "\"", "change its value");
    if constexpr (std::is_floating_point_v<T>) {
        if (!std::isfinite(value)) throw Error("usage", place + " must be finite, not \"" + std::string(text) + "\"", "change its value");
    }
    return value;
}

Json value_of(const std::string& type, std::string_view text, const std::string& place) {
    if (type == "int") return number<long long>(text, place, "a whole number");
    if (type == "number") return number<double>(text, place, "a number");
    if (type == "bool") {
        if (text == "true" || text == "yes" || text == "1") return true;
        if (text == "false" || text == "no" || text == "0") return false;
        throw Error("usage", place + " must be true or false, not \"" + std::string(text) + "\"", "change its value");
    }
    return std::string(text);
}

class Parser {
  public:
    explicit Parser(std::span<const std::string> words) : words_(words) {}

    Command run() {
        for (; at_ < words_.size() && !command_.verb; ++at_) {
            const std::string& word = words_[at_];
            if (is_flag(word)) {
                if (!global(word)) unknown_flag(word, {});
            } else {
                find_verb();
            }
        }
        if (!command_.verb) return command_;
        flags_ = command_.verb->flags();
        for (bool only_words = false; at_ < words_.size(); ++at_) {
            const std::string& word = words_[at_];
            if (!only_words && word == "--") {
                only_words = true;
            } else if (only_words || !is_flag(word)) {
                positional(word);
            } else if (!global(word)) {
                flag(word);
            }
        }
        if (!command_.help) require_all();
        return command_;
    }

  private:
    static bool is_flag(std::string_view word) {
        // "-" alone names standard input, "-3" is a number.
        return word.size() > 1 && word[0] == '-' && !(word[1] >= '0' && word[1] <= '9') && word[1] != '.';
    }

    bool global(const std::string& word) {
        if (word == "--json") return command_.json = true;
        if (word == "--help" || word == "-h") return command_.help = true;
        if (word == "--quiet" || word == "-q") return command_.quiet = true;
        if (word == "--version" && !command_.verb) return command_.version = true;
        if (word != "-C") return false;
        command_.project = next(word);
        return true;
    }

    const std::string& next(const std::string& flag_name) {
        if (at_ + 1 >= words_.size()) throw Error("usage", flag_name + " needs a value", "write it after the flag");
        if (words_[at_ + 1].starts_with("--"))
            throw Error("usage", flag_name + " needs a value, and " + words_[at_ + 1] + " is a flag",
                        "write the value after it, or " + flag_name + "=" + words_[at_ + 1] + " where that is meant");
        return words_[++at_];
    }

    /// The verb with the most words that matches from here on.
    void find_verb() {
        std::vector<std::string> names;
        bool is_group = false;
        for (const Verb* verb : app::verbs()) {
            const auto parts = base::split(verb->name, ' ');
            names.emplace_back(verb->name);
            is_group = is_group || (parts.size() > 1 && parts[0] == words_[at_]);
            const bool fits = at_ + parts.size() <= words_.size() && std::equal(parts.begin(), parts.end(), words_.begin() + at_);
            if (fits && (!command_.verb || verb->name.size() > command_.verb->name.size())) command_.verb = verb;
        }
        if (command_.verb) {
            at_ += base::split(command_.verb->name, ' ').size() - 1;
            return;
        }
        std::string tried = words_[at_];
        const std::string both = at_ + 1 < words_.size() ? tried + " " + words_[at_ + 1] : tried;
        if (is_group) {
            command_.group = tried;
            if (at_ + 1 >= words_.size()) throw Error("usage", "\"mote " + tried + "\" needs one more word", group_hint(tried));
            if (is_flag(words_[at_ + 1])) {
                while (++at_ < words_.size()) global(words_[at_]);
                if (!command_.help) throw Error("usage", "\"mote " + tried + "\" needs one more word", group_hint(tried));
                return;
            }
            tried += " " + words_[at_ + 1];
        }
        std::string near = base::did_you_mean(tried, names);
        if (near.empty()) near = base::did_you_mean(both, names);
        throw Error("usage", "there is no command \"" + tried + "\"",
                    !near.empty()                ? near
                    : command_.group.size() != 0 ? group_hint(command_.group)
                                                 : "mote --help lists the commands");
    }

    static std::string group_hint(const std::string& group) {
        std::vector<std::string> seconds;
        for (const Verb* verb : app::verbs())
            if (verb->name.starts_with(group + " ")) seconds.emplace_back(verb->name.substr(group.size() + 1));
        return "one of: " + base::join(seconds, ", ");
    }

    void put(const Verb::Flag& flag, std::string_view text, const std::string& place) {
        if (flag.type == "list") {
            command_.request[flag.name].push_back(value_of(flag.item, text, place));
        } else if (flag.type == "map") {
            const std::size_t equals = text.find('=');
            if (equals == std::string_view::npos || equals == 0)
                throw Error("usage", place + " must be KEY=VALUE, not \"" + std::string(text) + "\"",
                            "write for example " + place + " a=1");
            command_.request[flag.name][std::string(text.substr(0, equals))] = value_of(flag.item, text.substr(equals + 1), place);
        } else if (command_.request.contains(flag.name)) {
            throw Error("usage", place + " is given twice", "give it once");
        } else {
            command_.request[flag.name] = value_of(flag.type, text, place);
        }
    }

    void positional(const std::string& word) {
        for (const auto& candidate : flags_) {
            if (!candidate.positional) continue;
            if (candidate.type != "list" && command_.request.contains(candidate.name)) continue;
            return put(candidate, word, candidate.name);
        }
        throw Error("usage", "mote " + std::string(command_.verb->name) + " does not take \"" + word + "\"",
                    "mote " + std::string(command_.verb->name) + " --help shows what it takes");
    }

    void flag(const std::string& word) {
        const std::size_t equals = word.starts_with("--") ? word.find('=') : std::string::npos;
        const std::string name = word.substr(0, equals);
        for (const auto& candidate : flags_) {
            const std::string long_word = flag_word(candidate.name);
            const bool is_short = candidate.letter != 0 && name == std::string("-") + candidate.letter;
            const bool is_negated = candidate.type == "bool" && name == "--no-" + long_word.substr(2);
            if (name != long_word && !is_short && !is_negated) continue;
            if (is_negated) return put(candidate, "false", name);
            const std::string value = equals != std::string::npos ? word.substr(equals + 1)
                                      : candidate.type == "bool"  ? "true"
                                                                  : next(name);
            if (value.empty()) throw Error("usage", name + " is given nothing", "write a value, or leave " + name + " out");
            return put(candidate, value, name);
        }
        unknown_flag(name, flags_);
    }

    [[noreturn]] void unknown_flag(const std::string& word, const std::vector<Verb::Flag>& flags) const {
        std::vector<std::string> known{"--json", "--help", "--quiet", "-C"};
        if (!command_.verb) known.emplace_back("--version");
        for (const auto& candidate : flags) known.push_back(flag_word(candidate.name));
        const std::string program = command_.verb ? "mote " + std::string(command_.verb->name) : "mote";
        const std::string near = base::did_you_mean(word, known);
        throw Error("usage", program + " has no flag \"" + word + "\"", near.empty() ? program + " --help lists the flags" : near);
    }

    void require_all() const {
        for (const auto& candidate : flags_) {
            if (!candidate.required || command_.request.contains(candidate.name)) continue;
            const std::string verb = "mote " + std::string(command_.verb->name);
            throw Error("usage",
                        verb + " needs " + (candidate.positional ? candidate.name : flag_word(candidate.name)) + ": " + candidate.help,
                        "for example: " + std::string(command_.verb->example));
        }
    }

    std::span<const std::string> words_;
    std::size_t at_ = 0;
    Command command_;
    std::vector<Verb::Flag> flags_;
};

}  // namespace

Command parse(std::span<const std::string> words) {
    for (std::size_t i = 0; i < words.size(); ++i)
        if (!base::is_utf8(words[i]))
            throw Error("usage", "word " + std::to_string(i + 1) + " of the command is not UTF-8 text",
                        "name the folder instead of a file with such a name");
    return Parser(words).run();
}

}  // namespace mote::cli

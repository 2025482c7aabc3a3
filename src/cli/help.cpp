#include "cli/help.hpp"

#include "base/text.hpp"
#include "cli/parse.hpp"

#include <algorithm>
#include <iomanip>

namespace mote::cli {

using app::Verb;

namespace {

constexpr int column = 30;

void row(std::ostream& out, const std::string& left, const std::string& right) {
    out << "  " << std::left << std::setw(column) << left;
    if (left.size() >= column) out << "\n  " << std::string(column, ' ');
    out << right << "\n";
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

std::string value_word(const Verb::Flag& flag) {
    if (flag.type == "bool") return "";
    if (flag.type == "map") return " KEY=VALUE";
    if (!flag.unit.empty()) return " " + upper(flag.unit);
    if (flag.item == "int" || flag.item == "number") return " N";
    return " " + upper(flag.name.substr(flag.name.rfind('_') + 1));
}

std::string explanation(const Verb::Flag& flag) {
    std::string text = flag.help;
    std::string choices = flag.choices;
    std::replace(choices.begin(), choices.end(), '|', ' ');
    if (!choices.empty()) text += " (" + base::join(base::split(choices, ' '), ", ") + ")";
    if (flag.required) text += " (needed)";
    if (flag.type == "list" || flag.type == "map") text += flag.positional ? "" : " (repeatable)";
    if (!flag.default_text.empty()) text += " [" + flag.default_text + "]";
    return text;
}

void print_global_flags(std::ostream& out) {
    row(out, "-C FOLDER", "work in that project folder instead of the current one");
    row(out, "--json", "print the response (or the error) as JSON and nothing else on standard output");
    row(out, "--quiet, -q", "no progress");
    row(out, "--help, -h", "this text");
}

}  // namespace

void print_program_help(std::ostream& out) {
    out << "mote teaches small machines to sense: sensor data in, measured firmware out.\n\n"
           "usage: mote [-C FOLDER] COMMAND [...]\n\n"
           "The usual road: init, ingest, train, test, deploy, report.\n\ncommands:\n";
    for (const Verb* verb : app::verbs()) row(out, std::string(verb->name), std::string(verb->help));
    row(out, "completion SHELL", "a completion script for bash, zsh or fish");
    out << "\nflags of every command:\n";
    print_global_flags(out);
    row(out, "--version", "the program's version");
    out << "\nmote COMMAND --help says more about one command.\n";
}

void print_group_help(std::string_view group, std::ostream& out) {
    out << "usage: mote " << group << " COMMAND [...]\n\ncommands:\n";
    for (const Verb* verb : app::verbs())
        if (verb->name.starts_with(std::string(group) + " ")) row(out, std::string(verb->name), std::string(verb->help));
}

void print_verb_help(const Verb& verb, std::ostream& out) {
    const auto flags = verb.flags();
    out << verb.help << "\n\nusage: mote " << verb.name;
    for (const auto& flag : flags) {
        if (!flag.positional) continue;
        const std::string word = upper(flag.name) + (flag.type == "list" ? "..." : "");
        out << " " << (flag.required ? word : "[" + word + "]");
    }
    out << " [flags]\n\nexample: " << verb.example << "\n";
    if (std::any_of(flags.begin(), flags.end(), [](const auto& f) { return f.positional; })) out << "\n";
    for (const auto& flag : flags)
        if (flag.positional) row(out, upper(flag.name), explanation(flag));
    out << "\nflags:\n";
    for (const auto& flag : flags) {
        if (flag.positional) continue;
        const std::string letter = flag.letter == 0 ? "" : std::string(", -") + flag.letter;
        // A switch that is on is of use only to be turned off.
        const std::string word =
            flag.type == "bool" && flag.default_text == "on" ? "--no-" + flag_word(flag.name).substr(2) : flag_word(flag.name);
        row(out, word + letter + value_word(flag), explanation(flag));
    }
    print_global_flags(out);
}

namespace {

std::vector<std::string> first_words() {
    std::vector<std::string> words;
    for (const Verb* verb : app::verbs()) {
        const std::string word = base::split(verb->name, ' ')[0];
        if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
    }
    return words;
}

std::vector<std::string> second_words(const std::string& first) {
    std::vector<std::string> words;
    for (const Verb* verb : app::verbs())
        if (verb->name.starts_with(first + " ")) words.emplace_back(verb->name.substr(first.size() + 1));
    return words;
}

std::string flag_words(const Verb& verb) {
    std::string words = "--json --help --quiet";
    for (const auto& flag : verb.flags())
        if (!flag.positional) words += " " + flag_word(flag.name);
    return words;
}

void print_bash_completion(std::ostream& out) {
    out << "_mote() {\n    local word=${COMP_WORDS[COMP_CWORD]} flags='--json --help --version'\n"
           "    case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n";
    for (const Verb* verb : app::verbs()) {
        const std::string name(verb->name);
        out << "        '" << name << "'" << (name.find(' ') == std::string::npos ? "' '*" : "") << ") flags='" << flag_words(*verb)
            << "';;\n";
    }
    out << "    esac\n    if [[ $word == -* ]]; then COMPREPLY=($(compgen -W \"$flags\" -- \"$word\")); return; fi\n"
           "    if ((COMP_CWORD == 1)); then COMPREPLY=($(compgen -W '"
        << base::join(first_words(), " ") << "' -- \"$word\")); return; fi\n";
    for (const auto& first : first_words())
        if (const auto seconds = second_words(first); !seconds.empty())
            out << "    if ((COMP_CWORD == 2)) && [[ ${COMP_WORDS[1]} == " << first << " ]]; then COMPREPLY=($(compgen -W '"
                << base::join(seconds, " ") << "' -- \"$word\")); return; fi\n";
    out << "    COMPREPLY=($(compgen -f -- \"$word\"))\n}\ncomplete -o filenames -F _mote mote\n";
}

void print_fish_completion(std::ostream& out) {
    for (const auto& first : first_words()) out << "complete -c mote -n __fish_use_subcommand -a " << first << "\n";
    for (const auto& first : first_words())
        for (const auto& second : second_words(first))
            out << "complete -c mote -n '__fish_seen_subcommand_from " << first << "' -a " << second << "\n";
    for (const Verb* verb : app::verbs()) {
        const auto words = base::split(verb->name, ' ');
        for (const auto& flag : verb->flags())
            if (!flag.positional)
                out << "complete -c mote -n '__fish_seen_subcommand_from " << words.back() << "' -l " << flag_word(flag.name).substr(2)
                    << (flag.type == "bool" ? "" : " -r") << "\n";
    }
}

}  // namespace

void print_completion(std::string_view shell, std::ostream& out) {
    if (shell == "fish") return print_fish_completion(out);
    if (shell == "zsh") out << "autoload -U +X bashcompinit && bashcompinit\n";
    if (shell == "zsh" || shell == "bash") return print_bash_completion(out);
    throw base::Error("usage", "no completion for the shell \"" + std::string(shell) + "\"", "mote completion bash, zsh or fish");
}

}  // namespace mote::cli

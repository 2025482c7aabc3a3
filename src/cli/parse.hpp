// From the words of a command line to a verb and its request, by the verb catalogue alone.
#pragma once

#include "app/verb.hpp"

#include <filesystem>
#include <span>
#include <string>

namespace mote::cli {

struct Command {
    const app::Verb* verb = nullptr;  ///< null: the program itself was asked (help, version)
    base::Json request = base::Json::object();
    std::filesystem::path project = ".";
    std::string group;  ///< "data" when only the first word of several verbs was given
    bool json = false, help = false, version = false, quiet = false;
};

/// `words` without the program's name. Throws base::Error "usage" with the nearest right verb or flag.
Command parse(std::span<const std::string> words);

/// "--window-ms" for the field window_ms.
std::string flag_word(std::string_view field);

}  // namespace mote::cli

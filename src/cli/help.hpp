// Help and shell completion, written from the verb catalogue.
#pragma once

#include "app/verb.hpp"

#include <ostream>
#include <string_view>

namespace mote::cli {

void print_program_help(std::ostream& out);
/// The verbs that begin with `group` ("data").
void print_group_help(std::string_view group, std::ostream& out);
void print_verb_help(const app::Verb& verb, std::ostream& out);
/// A completion script for "bash", "zsh" or "fish". Throws base::Error "usage" for another shell.
void print_completion(std::string_view shell, std::ostream& out);

}  // namespace mote::cli

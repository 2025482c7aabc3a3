// The command line: words in, one verb run, text or JSON out. Everything else is in the verbs.
#include "app/version.hpp"
#include "base/error.hpp"
#include "base/progress.hpp"
#include "cli/help.hpp"
#include "cli/parse.hpp"
#include "cli/progress.hpp"

#include <algorithm>
#include <csignal>
#include <iostream>
#include <new>
#include <string>
#include <vector>

namespace {

using namespace mote;

base::Cancel cancel;  // the one that SIGINT sets

extern "C" void on_interrupt(int) {
    cancel.request();
    // The first Ctrl-C stops at the next safe point, the second one at once.
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

void watch_signals() {
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    std::signal(SIGPIPE, SIG_IGN);
}

int run_verb(const cli::Command& command) {
    watch_signals();
    cli::TerminalProgress drawn;
    base::Progress silent;
    app::Context context{command.project, command.quiet ? &silent : &drawn, &cancel, &std::cout, command.json};
    const base::Json response = command.verb->run(command.request, context);
    context.progress->end();
    // What was written on the way was one value a line: so is the last.
    if (command.json)
        std::cout << response.dump(command.verb->is_live ? -1 : 2, ' ', false, base::Json::error_handler_t::replace) << "\n";
    else
        command.verb->print(response, std::cout);
    std::cout.flush();
    return command.verb->exit_code(response);
}

int run(const std::vector<std::string>& words) {
    if (words.size() == 2 && words[0] == "completion") {
        cli::print_completion(words[1], std::cout);
        return 0;
    }
    const cli::Command command = cli::parse(words);
    if (command.version) {
        std::cout << "mote " << app::version() << "\n";
        return 0;
    }
    if (command.verb && !command.help) return run_verb(command);
    if (command.verb)
        cli::print_verb_help(*command.verb, std::cout);
    else if (!command.group.empty())
        cli::print_group_help(command.group, std::cout);
    else
        cli::print_program_help(std::cout);
    return words.empty() ? 2 : 0;
}

int fail(const base::Error& error, bool json) {
    if (json) {
        const base::Json body = {{"error", {{"code", error.code()}, {"message", error.message()}, {"hint", error.hint()}}}};
        std::cout << body.dump(2, ' ', false, base::Json::error_handler_t::replace) << "\n";
    } else {
        std::cout.flush();
        std::cerr << "error: " << error.message() << "\n";
        if (!error.hint().empty()) std::cerr << "  try: " << error.hint() << "\n";
    }
    return error.exit_code();
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const bool json = std::find(words.begin(), words.end(), "--json") != words.end();
    std::ios::sync_with_stdio(false);
    try {
        return run(words);
    } catch (const base::Error& error) {
        return fail(error, json);
    } catch (const std::bad_alloc&) {
        return fail(base::Error("internal", "out of memory", "use smaller windows or fewer threads (MOTE_THREADS=1)"), json);
    } catch (const std::exception& error) {
        return fail(base::Error("internal", error.what(), "this is a fault in mote: please report it with the command you ran"), json);
    }
}

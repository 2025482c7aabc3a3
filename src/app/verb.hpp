// One use case, one file in app/verbs/: a request, a response, run(). Command line, HTTP and studio are made from these.
#pragma once

#include "base/fields.hpp"
#include "base/progress.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace mote::app {

/// What a verb may use of its surroundings.
struct Context {
    std::filesystem::path project = ".";   ///< folder given with -C, else the current one; a verb finds the project above it
    base::Progress* progress = nullptr;    ///< never null while a verb runs
    const base::Cancel* cancel = nullptr;  ///< never null while a verb runs
    std::ostream* live = nullptr;          ///< where a verb that goes on for long writes what it finds as it finds it; null: nowhere
    bool lines = false;                    ///< one JSON value a line there, as the response will be, instead of words
};

struct Verb {
    std::string_view name;  ///< "data list": words as typed
    std::string_view help;  ///< one line
    std::string_view example;
    bool is_long = false;  ///< reports progress and can be cancelled
    bool is_live = false;  ///< writes what it finds to Context::live as it goes
    base::Json (*request_schema)();
    base::Json (*response_schema)();
    /// Checks `request` against the schema, runs, and returns the response as JSON. Throws base::Error.
    base::Json (*run)(const base::Json& request, Context& context);
    /// The response for a person, next step included.
    void (*print)(const base::Json& response, std::ostream& out);
    /// Exit code for a response (1 when some of a batch failed).
    int (*exit_code)(const base::Json& response);
    /// Visits each request field for the command line: name, help, type ("bool", "int", "number", "text", "list",
    /// "map"; `item` is the type of one entry of a list or map), positional, letter, required.
    struct Flag {
        std::string name, help, type, item, unit, choices, default_text;
        bool positional = false, required = false;
        char letter = 0;
    };
    std::vector<Flag> (*flags)();
};

std::span<const Verb* const> verbs();

/// Makes a Verb from a type with: Request, Response (both described), name, help, example, is_long, static Response run(const Request&,
/// Context&), static void print(const Response&, std::ostream&), static int exit_code(const Response&).
template <class V>
const Verb& make_verb();

}  // namespace mote::app

#include "app/verb.inl"

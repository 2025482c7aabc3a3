// What a fuzz target holds to be true whatever the bytes.
#pragma once

#include "base/error.hpp"
#include "base/text.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace mote::fuzz {

/// Stops the fuzzer and keeps the input when `holds` is false.
inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "not true: %s\n", what);
    std::abort();
}

/// An error that a person can read and act on.
inline void require_readable(const base::Error& error) {
    const std::string text = error.code() + ": " + error.message() + " | " + error.hint();
    std::string what = "an error has a message, a hint and UTF-8 text: " + text;
    require(!error.message().empty() && !error.hint().empty() && base::is_utf8(text) && error.code() != "internal", what.c_str());
}

}  // namespace mote::fuzz

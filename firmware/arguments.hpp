// The command line that the host gives: numbers.
#pragma once

#include "semihosting.hpp"

namespace arguments {

inline bool next_number(const char*& text, uint32_t& number) {
    while (*text == ' ') ++text;
    if (*text < '0' || *text > '9') return false;
    for (number = 0; *text >= '0' && *text <= '9'; ++text) number = number * 10 + static_cast<uint32_t>(*text - '0');
    return true;
}

/// Exactly N numbers behind the program's name.
template <int N>
bool read(uint32_t (&numbers)[N]) {
    static char line[64];
    if (!semihosting::command_line(line, sizeof line)) return false;
    const char* text = line;
    while (*text != ' ' && *text != 0) ++text;
    for (uint32_t& number : numbers)
        if (!next_number(text, number)) return false;
    return *text == 0;
}

}  // namespace arguments

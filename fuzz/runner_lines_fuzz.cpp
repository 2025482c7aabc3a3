// Lines of numbers, as sensors print them and files hold them: any text gives at most as many numbers as it has separators, and one more.
#include "require.hpp"

#include "../packages/linux/source.cpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::size_t at = 0;
    while (at <= text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        const auto separators =
            std::count_if(line.begin(), line.end(), [](char c) { return std::string(",;\t ").find(c) != std::string::npos; });
        const std::vector<float> numbers = runner::split_numbers(line);
        mote::fuzz::require(numbers.size() <= static_cast<std::size_t>(separators) + 1, "no number comes from nowhere");
        // Commas mark places: none is lost, whatever stands there.
        const auto commas = std::count_if(line.begin(), line.end(), [](char c) { return c == ',' || c == ';'; });
        mote::fuzz::require(commas == 0 || numbers.size() >= static_cast<std::size_t>(commas) + 1, "an empty place counts");
        at = end + 1;
    }
    return 0;
}

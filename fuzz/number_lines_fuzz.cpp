// Lines as sensors print them over a serial port: numbers, or what is no number, and never more of them than there are places.
// links: mote_app
#include "require.hpp"

#include "linux/source.hpp"

#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string line(reinterpret_cast<const char*>(data), size);
    const auto values = runner::split_numbers(line);
    mote::fuzz::require(values.size() <= size + 1, "more values than places");
    return 0;
}

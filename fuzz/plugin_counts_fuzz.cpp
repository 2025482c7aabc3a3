// links: mote_target
// What the counting plugin wrote, cut off or damaged: counts or one Error.
#include "require.hpp"

#include "target/counts.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        (void)mote::target::parse_counts({reinterpret_cast<const char*>(data), size});
    } catch (const mote::base::Error& error) {
        mote::fuzz::require_readable(error);
    }
    return 0;
}

// links: mote_target
// Linked images: whatever the file says about itself, reading it stays in bounds and ends in an image or in one Error.
#include "require.hpp"

#include "target/toolchain.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto* bytes = reinterpret_cast<const std::byte*>(data);
    try {
        const auto image = mote::target::parse_image(mote::base::Bytes(bytes, bytes + size), "fuzz.elf");
        (void)mote::target::parts_of(image);
        (void)image.function_at(size);
        (void)image.code_at(size / 2, 16);
    } catch (const mote::base::Error& error) {
        mote::fuzz::require_readable(error);
    }
    return 0;
}

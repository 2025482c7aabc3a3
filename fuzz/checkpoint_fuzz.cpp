// links: mote_learn
// Checkpoints of a training: any bytes are a state, that of other work, or one Error.
#include "require.hpp"

#include "base/files.hpp"
#include "base/hash.hpp"
#include "learn/checkpoint.hpp"

#include <algorithm>

namespace {

/// Puts in the hash of what follows the head, where there is one: a reader that stops at a wrong hash would hide what lies behind it.
void mend_hash(std::string& text) {
    constexpr std::string_view key = "\"content\":\"";
    const std::size_t hash = text.find(key), head_begin = text.find('\n');
    if (hash == std::string::npos || head_begin == std::string::npos) return;
    const std::size_t head_end = text.find('\n', head_begin + 1);
    if (head_end == std::string::npos || hash + key.size() + 64 > head_end) return;
    const std::string right = mote::base::hex(mote::base::sha256(mote::base::as_bytes(std::string_view(text).substr(head_end + 1))));
    std::copy(right.begin(), right.end(), text.begin() + static_cast<std::ptrdiff_t>(hash + key.size()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const mote::base::TemporaryFolder folder("mote-fuzz");
    const auto file = folder.path() / "training.checkpoint";
    std::string text(reinterpret_cast<const char*>(data), size);
    mend_hash(text);
    mote::base::write_file(file, text);
    try {
        const auto checkpoint = mote::learn::read_checkpoint(file, mote::base::Hash{});
        if (!checkpoint) return 0;
        mote::learn::write_checkpoint(file, mote::base::Hash{}, *checkpoint);
        const auto again = mote::learn::read_checkpoint(file, mote::base::Hash{});
        mote::fuzz::require(again && again->state.size() == checkpoint->state.size(), "what was written reads back");
    } catch (const mote::base::Error& error) {
        mote::fuzz::require_readable(error);
    }
    return 0;
}

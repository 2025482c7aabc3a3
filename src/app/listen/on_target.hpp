// The emulated chip hears what the host hears.
#pragma once

#include "app/listen/stream.hpp"
#include "app/training.hpp"
#include "codegen/listen.hpp"

#include <string>

namespace mote::app::listen {

/// A stretch of a stream through the firmware's listener in the emulator, held against the host's.
struct TargetCheck {
    std::string target, title;
    double seconds = 0;
    std::uint64_t decisions = 0, differing_outputs = 0, events = 0, differing_events = 0;
    static constexpr auto fields() {
        using base::field;
        using C = TargetCheck;
        return std::make_tuple(
            field("target", &C::target, "the board"), field("title", &C::title, "its whole name"),
            field("seconds", &C::seconds, "of stream, the last ones").unit("s"), field("decisions", &C::decisions, "made"),
            field("differing_outputs", &C::differing_outputs, "of all their outputs, other than on the host").unit("bytes"),
            field("events", &C::events, "that the chip heard"),
            field("differing_events", &C::differing_events, "of those and the host's: that only one of both heard, or at another frame"));
    }
};

/// The last `minutes` of the stream (all, where it is shorter) with these settings. Throws base::Error "not_found" for an unknown board,
/// "tool_failed" or "bad_input" when the firmware cannot be built or does not fit.
TargetCheck check_on_target(const Session& session, const Finished& finished, const codegen::Listen& settings, const std::string& board,
                            const Stream& stream, double minutes, Context& context);

}  // namespace mote::app::listen

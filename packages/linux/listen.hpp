// The command line's listening: a source, the model, events as text or JSON lines.
#pragma once

#include "engine.hpp"
#include "source.hpp"

namespace runner {

struct ListenOptions {
    bool as_json = false;
    bool all = false;         ///< every decision, not events alone
    bool any_rate = false;    ///< samples may come at another rate than the model was trained for
    double threshold = -1;    ///< events below it are not told; -1: the model's own
    std::uint64_t limit = 0;  ///< ends after so many events; 0: never
};

/// Until the source ends or a signal comes. Returns the exit code. Throws Failure.
int listen(Engine& engine, Source& source, const ListenOptions& options);

}  // namespace runner

// What the device does with what it hears.
#pragma once

#include "binding.hpp"

namespace action {

/// Called once before anything is heard.
void start();

/// model::labels[event.label] was heard, with the probability event.score.
void heard(const model::Event& event);

/// The self-test or the sensor's start failed; the program stops afterwards. `what` is one of "self-test", "memory", "sensor".
void failed(const char* what);

}  // namespace action

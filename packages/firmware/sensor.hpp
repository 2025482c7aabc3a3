// What the program wants of a sensor: three functions, and a fourth for drivers that use interrupts. The samples go to deliver().
#pragma once

#include "binding.hpp"

namespace sensor {

/// Switches the sensor on, at model::rate_hz frames a second. False when it does not answer.
bool start();

/// Called in every turn of the main loop. A sensor without interrupts is read here: hand what it has to deliver().
void poll();

/// Called when there is nothing to do. Sleep until an interrupt, or return at once.
void sleep();

/// Called for every interrupt but the core's own, with its number. Optional: drivers that poll leave it out.
void interrupt(unsigned number);

/// Gives `count` frames of model::channel_count values to the listener; from interrupts too. Frames that it cannot hold are lost and
/// counted.
void deliver(const model::Sample* frames, size_t count);

/// Frames that the listener could not hold, and those that a driver says its sensor lost.
uint32_t lost_frames();
void lost(uint32_t frames);

}  // namespace sensor

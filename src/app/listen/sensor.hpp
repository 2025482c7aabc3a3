// Where live samples come from: the sources of the Linux runner, and files in every format that ingest reads.
#pragma once

#include "dsp/block.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mote::app::listen {

struct SensorOptions {
    std::string source;     ///< a file; "-": raw values on standard input; "microphone" or "microphone:DEVICE"; a serial port
    int baud = 115200;      ///< of a serial port
    bool any_rate = false;  ///< a live source may give another rate than the model was trained for
};

class Sensor {
  public:
    virtual ~Sensor() = default;
    /// Appends whole frames to `values`; false at the end. Waits at most a tenth of a second, so that nothing may have come. Throws
    /// base::Error "bad_input" for what cannot be read, and for a live source at another rate.
    virtual bool read(std::vector<float>& values) = 0;
    virtual bool is_live() const = 0;
    /// All that will come; 0: not known.
    virtual std::uint64_t frames() const { return 0; }
    /// Times that the device could not wait for this program.
    virtual std::uint64_t overruns() const { return 0; }
    /// What was done to make the source fit the model.
    virtual std::vector<std::string> notes() const { return {}; }
};

/// Throws base::Error "not_found" or "bad_input" for a source that is not there or of another kind than the model's input.
std::unique_ptr<Sensor> open_sensor(const SensorOptions& options, const dsp::InputSpec& input);

}  // namespace mote::app::listen

// What the protocol and the command line need to know of a model. The one implementation over a generated model is engine_of_model.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace runner {

enum class SampleKind { int16, uint8, float32 };

/// What stands fixed once a model is compiled in.
struct Facts {
    std::string project, model_hash;
    int sensor = -1;  ///< as stock clients number them: -1 unknown, 1 microphone, 2 accelerometer, 3 camera
    SampleKind sample = SampleKind::float32;
    double rate_hz = 0;                 ///< frames a second; 0: images
    std::size_t frames = 0;             ///< of a window; pixels of an image
    std::size_t channels = 1;           ///< values of a frame
    std::size_t width = 0, height = 0;  ///< of an image, else 0
    std::string fit;                    ///< how images of other sizes become this one: squash, crop or pad
    std::size_t stride_frames = 0;      ///< a decision every so many frames, on average
    std::vector<std::string> labels;
    std::vector<std::string> channel_names;  ///< of a frame, in order; empty where they are not known

    bool is_image() const { return width > 0; }
    std::size_t window_values() const { return frames * channels; }
    /// Values of a window in the protocol: a pixel is one number, 0xRRGGBB.
    std::size_t protocol_values() const { return is_image() ? frames : window_values(); }
};

/// What one decision gives.
struct Decision {
    std::vector<float> probabilities;  ///< one a label
    double features_ms = 0, model_ms = 0;
    bool is_event = false;
    std::size_t label = 0;    ///< of the event
    float score = 0;          ///< of the event
    std::uint64_t frame = 0;  ///< frames since reset() up to the end of the window
};

class Engine {
  public:
    virtual ~Engine() {}
    virtual const Facts& facts() const = 0;

    /// One window of facts().window_values() samples in their own units. "" or what is wrong.
    virtual std::string classify(const std::vector<float>& samples, Decision& decision) = 0;

    /// Listening: whole frames in, as many decisions out as they complete, oldest first. "" or what is wrong.
    virtual std::string listen(const std::vector<float>& samples, std::vector<Decision>& decisions) = 0;
    /// Listening begins anew.
    virtual void reset() = 0;
    /// Values that were no numbers since reset(), each replaced by the one before it.
    virtual std::uint64_t bad_values() const = 0;

    /// Runs the golden windows in this build. "" or what differs.
    virtual std::string self_test() = 0;
};

/// The model that was compiled in, over memory of its own.
std::unique_ptr<Engine> make_engine();

}  // namespace runner

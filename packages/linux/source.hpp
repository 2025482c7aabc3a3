// Where samples come from: one implementation a kind of sensor, each in a file of its own.
#pragma once

#include "engine.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace runner {

/// What went wrong, with what to do about it. Ends the program with a message.
struct Failure : std::runtime_error {
    explicit Failure(const std::string& what) : std::runtime_error(what) {}
};

class Source {
  public:
    virtual ~Source() {}

    enum class Got { frames, nothing, end };
    /// Appends whole frames of the model's channels to `values`, waiting for some at most about 0.1 s (a file: never). After a signal:
    /// `nothing`. Throws Failure.
    virtual Got read(std::vector<float>& values) = 0;

    /// Whether samples come as fast as they are made, so that their rate can be measured; a file comes as fast as it is read.
    virtual bool is_live() const = 0;
    /// Frames a second as the device promised; 0 where it promised none.
    virtual double rate_hz() const { return 0; }
    /// Times that the device could not wait for this program.
    virtual unsigned overruns() const { return 0; }
};

struct SourceOptions {
    std::string device;  ///< or file; "-" is the standard input
    unsigned baud = 115200;
    std::size_t width = 0, height = 0;  ///< of frames, or asked of a camera
    std::string format;                 ///< of frames: rgb24, yuyv or grey
};

std::unique_ptr<Source> open_microphone(const SourceOptions& options, const Facts& facts);
std::unique_ptr<Source> open_camera(const SourceOptions& options, const Facts& facts);
std::unique_ptr<Source> open_frames(const SourceOptions& options, const Facts& facts);
std::unique_ptr<Source> open_serial(const SourceOptions& options, const Facts& facts);
std::unique_ptr<Source> open_csv(const SourceOptions& options, const Facts& facts);
std::unique_ptr<Source> open_raw(const SourceOptions& options, const Facts& facts);

/// A file descriptor that is closed.
class File {
  public:
    /// Opens a file for reading; "-" is the standard input. Throws Failure.
    explicit File(const std::string& path, int flags = 0);
    ~File();
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int get() const { return descriptor_; }
    /// Waits at most 0.1 s. False: nothing has come.
    bool has_bytes() const;
    /// Bytes read; 0 at the end; -1 after a signal. Throws Failure.
    long read(char* bytes, std::size_t count) const;

  private:
    std::string path_;
    int descriptor_;
};

/// Numbers separated by commas, semicolons, tabs or spaces. What is no number is NaN; empty places between commas are, too.
std::vector<float> split_numbers(const std::string& line);
/// Splits what comes from a descriptor into lines, without their ends. A line beyond `limit` is cut there and counts as bad.
class Lines {
  public:
    explicit Lines(const File& file) : file_(file) {}
    enum class Got { line, nothing, end };
    Got next(std::string& line);

  private:
    const File& file_;
    std::string pending_;
    bool is_over_ = false;
};

}  // namespace runner

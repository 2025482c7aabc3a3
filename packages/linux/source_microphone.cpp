// ALSA. Its library is opened when a microphone is, so that the runner builds and runs where there is none: names and numbers are those of
// the library's public interface (alsa-lib, <alsa/pcm.h>), whose binary form has stood since version 1.0.
#include "source.hpp"

#include <algorithm>
#include <cerrno>

#include <dlfcn.h>

namespace runner {

namespace {

struct Pcm;
using Frames = long;

constexpr int stream_capture = 1, format_s16_le = 2, access_interleaved = 3;
constexpr unsigned latency_us = 500000;

class Alsa {
  public:
    Alsa() : library_(::dlopen("libasound.so.2", RTLD_NOW | RTLD_LOCAL)) {
        if (library_ == nullptr) throw Failure("there is no libasound.so.2: install it (Debian: apt install libasound2)");
        load(open, "snd_pcm_open");
        load(set_params, "snd_pcm_set_params");
        load(readi, "snd_pcm_readi");
        load(wait, "snd_pcm_wait");
        load(recover, "snd_pcm_recover");
        load(start, "snd_pcm_start");
        load(close, "snd_pcm_close");
        load(text, "snd_strerror");
    }
    ~Alsa() { ::dlclose(library_); }
    Alsa(const Alsa&) = delete;
    Alsa& operator=(const Alsa&) = delete;

    int (*open)(Pcm** pcm, const char* name, int stream, int mode) = nullptr;
    int (*set_params)(Pcm*, int format, int access, unsigned channels, unsigned rate, int soft_resample, unsigned latency) = nullptr;
    Frames (*readi)(Pcm*, void* buffer, unsigned long frames) = nullptr;
    int (*wait)(Pcm*, int timeout_ms) = nullptr;
    int (*recover)(Pcm*, int error, int silent) = nullptr;
    int (*start)(Pcm*) = nullptr;
    int (*close)(Pcm*) = nullptr;
    const char* (*text)(int error) = nullptr;

  private:
    template <class Function>
    void load(Function& function, const char* name) {
        // POSIX says that a function's address fits an object pointer; the language does not.
        *reinterpret_cast<void**>(&function) = ::dlsym(library_, name);
        if (function == nullptr) throw Failure(std::string("libasound.so.2 has no ") + name);
    }
    void* library_;
};

class Microphone final : public Source {
  public:
    Microphone(const SourceOptions& options, const Facts& facts)
        : name_(options.device), channels_(facts.channels), rate_hz_(facts.rate_hz) {
        if (facts.is_image() || facts.rate_hz <= 0) throw Failure("this model does not listen to a microphone");
        int error = alsa_.open(&pcm_, name_.c_str(), stream_capture, 0);
        if (error < 0) throw Failure("microphone \"" + name_ + "\": " + alsa_.text(error) + "; arecord -L lists what there is");
        const auto rate = static_cast<unsigned>(facts.rate_hz + 0.5);
        error = alsa_.set_params(pcm_, format_s16_le, access_interleaved, static_cast<unsigned>(channels_), rate, 1, latency_us);
        if (error < 0) {
            alsa_.close(pcm_);
            throw Failure("microphone \"" + name_ + "\" does not give " + std::to_string(rate) + " frames a second of " +
                          std::to_string(channels_) + " channel(s), 16 bit: " + alsa_.text(error) + "; plughw:... converts");
        }
        alsa_.start(pcm_);
    }
    ~Microphone() override { alsa_.close(pcm_); }

    bool is_live() const override { return true; }
    double rate_hz() const override { return rate_hz_; }
    unsigned overruns() const override { return overruns_; }

    Got read(std::vector<float>& values) override {
        const int ready = alsa_.wait(pcm_, 100);
        if (ready == 0 || ready == -EINTR) return Got::nothing;
        const std::size_t most = std::max<std::size_t>(1, static_cast<std::size_t>(rate_hz_ / 20));
        std::vector<std::int16_t> samples(most * channels_);
        const Frames got = ready < 0 ? ready : alsa_.readi(pcm_, samples.data(), most);
        if (got < 0) {
            if (got == -EPIPE) ++overruns_;
            if (got != -EINTR && alsa_.recover(pcm_, static_cast<int>(got), 1) < 0)
                throw Failure("microphone \"" + name_ + "\": " + alsa_.text(static_cast<int>(got)));
            alsa_.start(pcm_);
            return Got::nothing;
        }
        const auto end = samples.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(got) * channels_);
        for (auto sample = samples.begin(); sample != end; ++sample) values.push_back(*sample);
        return values.empty() ? Got::nothing : Got::frames;
    }

  private:
    Alsa alsa_;
    Pcm* pcm_ = nullptr;
    std::string name_;
    std::size_t channels_;
    double rate_hz_;
    unsigned overruns_ = 0;
};

}  // namespace

std::unique_ptr<Source> open_microphone(const SourceOptions& options, const Facts& facts) {
    return std::unique_ptr<Source>(new Microphone(options, facts));
}

}  // namespace runner

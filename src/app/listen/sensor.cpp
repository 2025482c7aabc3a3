#include "app/listen/sensor.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "store/format.hpp"
#include "store/resample.hpp"
#include "store/sample.hpp"

#include "linux/rate_watch.hpp"
#include "linux/source.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace mote::app::listen {

using base::Error;

namespace {

constexpr std::string_view microphone = "microphone";
constexpr double rate_tolerance = 0.02;  // as check_rate() of the generated code

/// The runner's words say what to do themselves.
Error as_error(const runner::Failure& failure) { return Error("bad_input", failure.what()); }

runner::Facts facts_of(const dsp::InputSpec& input) {
    runner::Facts facts;
    facts.sample = input.type == store::SampleType::i16  ? runner::SampleKind::int16
                   : input.type == store::SampleType::u8 ? runner::SampleKind::uint8
                                                         : runner::SampleKind::float32;
    facts.rate_hz = input.rate_hz, facts.frames = input.frames, facts.channels = input.channels.size();
    facts.channel_names = input.channels;
    return facts;
}

/// A source of the Linux runner.
class RunnerSensor final : public Sensor {
  public:
    RunnerSensor(std::unique_ptr<runner::Source> source, const dsp::InputSpec& input, bool any_rate)
        : source_(std::move(source)),
          channels_(input.channels.size()),
          watch_(input.rate_hz, source_->is_live() && source_->rate_hz() == 0 && !any_rate) {}

    bool read(std::vector<float>& values) override {
        try {
            came_.clear();  // a source takes values that it finds for its own
            const auto got = source_->read(came_);
            if (!came_.empty()) watch_.add(came_.size() / channels_);
            values.insert(values.end(), came_.begin(), came_.end());
            return got != runner::Source::Got::end;
        } catch (const runner::Failure& failure) {
            throw as_error(failure);
        }
    }
    bool is_live() const override { return source_->is_live(); }
    std::uint64_t overruns() const override { return source_->overruns(); }

  private:
    std::unique_ptr<runner::Source> source_;
    std::vector<float> came_;
    std::size_t channels_;
    runner::RateWatch watch_;
};

/// A recording, as fast as it is worked off.
class FileSensor final : public Sensor {
  public:
    FileSensor(const std::string& file, const dsp::InputSpec& input) : input_(input) {
        try {
            read_file(file);
            fit();
        } catch (const Error& error) {
            throw error.at(file);
        }
    }

    bool read(std::vector<float>& values) override {
        constexpr std::size_t some = 4096;
        const std::size_t end = std::min(signal_.frames, at_ + some);
        for (; at_ < end; ++at_)
            for (const std::size_t channel : order_) values.push_back(signal_.at(at_ * signal_.channels.size() + channel));
        return at_ < signal_.frames;
    }
    bool is_live() const override { return false; }
    std::uint64_t frames() const override { return signal_.frames; }
    std::vector<std::string> notes() const override { return notes_; }

  private:
    void read_file(const std::string& file) {
        const base::Bytes bytes = base::read_file(file);
        const auto head = std::span(bytes).first(std::min<std::size_t>(bytes.size(), 4096));
        const std::string name = std::filesystem::path(file).filename().string();
        const store::Format* format = store::find_format(name, head);
        if (!format) throw Error("bad_input", "no format that is known", "mote ingest --help lists them");
        store::ReadOptions options;
        options.rate_hz = input_.rate_hz;  // where the file does not say
        std::size_t found = 0;
        format->read(name, bytes, options, [&](store::Recording&& recording) {
            if (found++ == 0) signal_ = std::move(recording.signal);
        });
        if (found != 1)
            throw Error("bad_input", "it holds " + std::to_string(found) + " recordings, not one", "name a file of a single recording");
        is_text_ = format->name == "csv";
    }

    void fit() {
        if (signal_.is_image() || signal_.rate_hz <= 0)
            throw Error("bad_input", "it is no series with a rate", "name a recording of the model's sensor");
        if (signal_.type() != input_.type && !is_text_)
            throw Error("bad_input",
                        std::string("its values are of type ") + store::name_of(signal_.type()) + ", the model's are of type " +
                            store::name_of(input_.type),
                        "convert it to the form of the recordings that the model was trained on");
        choose_channels();
        if (std::fabs(signal_.rate_hz / input_.rate_hz - 1) <= rate_tolerance) return;
        notes_.push_back("resampled from " + store::rate_text(signal_.rate_hz) + " to the model's " + store::rate_text(input_.rate_hz));
        signal_ = store::resample(signal_, input_.rate_hz);
    }

    /// By name; one channel is the model's one channel, whatever it is called.
    void choose_channels() {
        std::vector<std::string> names;
        for (const auto& channel : signal_.channels) names.push_back(channel.name);
        for (const std::string& wanted : input_.channels) {
            const auto found = std::find(names.begin(), names.end(), wanted);
            if (found != names.end()) order_.push_back(static_cast<std::size_t>(found - names.begin()));
        }
        if (order_.size() == input_.channels.size()) return;
        order_ = {0};
        if (names.size() == 1 && input_.channels.size() == 1) return;
        throw Error("bad_input", "its channels are " + base::join(names, ", ") + ", the model's are " + base::join(input_.channels, ", "),
                    "name a recording of the model's sensor");
    }

    const dsp::InputSpec& input_;
    store::Signal signal_;
    std::vector<std::size_t> order_;
    std::vector<std::string> notes_;
    std::size_t at_ = 0;
    bool is_text_ = false;
};

}  // namespace

std::unique_ptr<Sensor> open_sensor(const SensorOptions& options, const dsp::InputSpec& input) {
    runner::SourceOptions source;
    source.device = options.source, source.baud = static_cast<unsigned>(options.baud);
    const runner::Facts facts = facts_of(input);
    const auto wrap = [&](auto open) {
        try {
            return std::make_unique<RunnerSensor>(open(source, facts), input, options.any_rate);
        } catch (const runner::Failure& failure) {
            throw as_error(failure);
        }
    };
    const std::string_view name = options.source;
    if (name == microphone || (name.starts_with(microphone) && name.substr(microphone.size()).starts_with(':'))) {
        source.device = name == microphone ? "default" : std::string(name.substr(microphone.size() + 1));
        return wrap(runner::open_microphone);
    }
    if (name == "-") return wrap(runner::open_raw);
    if (!std::filesystem::exists(options.source))
        throw Error("not_found", "there is no " + options.source,
                    "name a file, a serial port, microphone, or - for raw values on standard input");
    if (std::filesystem::is_character_file(options.source)) return wrap(runner::open_serial);
    return std::make_unique<FileSensor>(options.source, input);
}

}  // namespace mote::app::listen

#include "listen.hpp"

#include "json.hpp"
#include "stop.hpp"

#include <chrono>
#include <cmath>
#include <cstdio>

namespace runner {

namespace {

using Clock = std::chrono::steady_clock;

/// Compares the rate at which samples come with the model's, once enough have come to be sure.
class RateWatch {
  public:
    RateWatch(const Facts& facts, bool is_wanted) : rate_hz_(facts.rate_hz), is_wanted_(is_wanted && facts.rate_hz > 0) {}

    /// Throws Failure where the rates differ by more than a twentieth over three seconds: clocks of sensors are better than that, and so is
    /// a computer's timing over that time.
    void add(std::size_t frames) {
        if (!is_wanted_) return;
        const Clock::time_point now = Clock::now();
        if (frames_ == 0) begin_ = now;
        const double seconds = std::chrono::duration<double>(now - begin_).count();
        // What came first had waited for this program: it counts from the second reading on.
        if (seconds >= 3) {
            const double measured = counted_ / seconds;
            is_wanted_ = false;
            if (std::fabs(measured / rate_hz_ - 1) > 0.05)
                throw Failure("samples come at " + number_text(std::round(measured * 10) / 10) +
                              " frames a second; the model was trained for " + number_text(rate_hz_) +
                              ": set the sensor's rate, or listen all the same with --any-rate");
        }
        if (frames_ > 0) counted_ += static_cast<double>(frames);
        frames_ += frames;
        // A source that is much too fast gives millions of frames in these seconds: they are enough, too.
        if (is_wanted_ && counted_ > 8 * rate_hz_ && seconds > 0.05 && counted_ / seconds > 1.5 * rate_hz_)
            throw Failure("samples come at more than " + number_text(std::floor(counted_ / seconds)) +
                          " frames a second; the model was trained for " + number_text(rate_hz_) +
                          ": set the sensor's rate, or listen all the same with --any-rate");
    }

  private:
    double rate_hz_;
    bool is_wanted_;
    Clock::time_point begin_;
    std::size_t frames_ = 0;
    double counted_ = 0;
};

std::string fixed(double value, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

class Printer {
  public:
    Printer(const Facts& facts, const ListenOptions& options) : facts_(facts), options_(options) {}

    void print(const Decision& decision) const {
        const bool is_event = decision.is_event && static_cast<double>(decision.score) >= options_.threshold;
        if (options_.as_json) {
            if (is_event)
                line(json_head(decision, "event") + ",\"label\":" + quoted(facts_.labels[decision.label]) +
                     ",\"score\":" + fixed(static_cast<double>(decision.score), 4) + "}");
            if (options_.all) line(json_head(decision, "decision") + ",\"probabilities\":{" + probabilities(decision) + "}}");
            return;
        }
        if (options_.all) line(place(decision) + "  " + probabilities(decision));
        if (is_event) line(place(decision) + "  " + facts_.labels[decision.label] + "  " + fixed(static_cast<double>(decision.score), 2));
    }

  private:
    std::uint64_t images(const Decision& decision) const { return decision.frame / facts_.frames; }

    std::string place(const Decision& decision) const {
        if (facts_.rate_hz <= 0) return "image " + std::to_string(images(decision));
        const std::string seconds = fixed(static_cast<double>(decision.frame) / facts_.rate_hz, 2);
        return std::string(seconds.size() < 9 ? 9 - seconds.size() : 0, ' ') + seconds + " s";
    }
    std::string json_head(const Decision& decision, const char* type) const {
        std::string out = "{\"type\":\"" + std::string(type) + "\",";
        if (facts_.rate_hz <= 0) return out + "\"image\":" + std::to_string(images(decision));
        return out + "\"seconds\":" + fixed(static_cast<double>(decision.frame) / facts_.rate_hz, 3) +
               ",\"frame\":" + std::to_string(decision.frame);
    }
    std::string probabilities(const Decision& decision) const {
        std::string out;
        for (std::size_t i = 0; i < facts_.labels.size(); ++i) {
            const std::string value = fixed(static_cast<double>(decision.probabilities[i]), options_.as_json ? 4 : 2);
            if (options_.as_json)
                out += (i == 0 ? "" : ",") + quoted(facts_.labels[i]) + ":" + value;
            else
                out += (i == 0 ? "" : "  ") + facts_.labels[i] + " " + value;
        }
        return out;
    }
    static void line(const std::string& text) {
        std::fputs((text + "\n").c_str(), stdout);
        std::fflush(stdout);
    }

    const Facts& facts_;
    const ListenOptions& options_;
};

}  // namespace

int listen(Engine& engine, Source& source, const ListenOptions& options) {
    const Facts& facts = engine.facts();
    const Printer printer(facts, options);
    RateWatch watch(facts, source.is_live() && source.rate_hz() == 0 && !options.any_rate);
    std::vector<float> values;
    std::vector<Decision> decisions;
    std::uint64_t frames = 0, decided = 0, events = 0, bad_told = 0;
    unsigned overruns_told = 0;
    engine.reset();
    stop_on_signals();
    while (!is_stopped() && (options.limit == 0 || events < options.limit)) {
        values.clear(), decisions.clear();
        const Source::Got got = source.read(values);
        if (got == Source::Got::end && values.empty()) break;
        if (values.empty()) continue;
        watch.add(values.size() / facts.channels);
        const std::string wrong = engine.listen(values, decisions);
        if (!wrong.empty()) throw Failure(wrong);
        frames += values.size() / facts.channels, decided += decisions.size();
        for (const Decision& decision : decisions) {
            printer.print(decision);
            if (decision.is_event && static_cast<double>(decision.score) >= options.threshold) ++events;
        }
        if (source.overruns() != overruns_told) {
            overruns_told = source.overruns();
            std::fprintf(stderr, "warning: samples were lost %u time(s): this machine is too busy\n", overruns_told);
        }
        if (engine.bad_values() != bad_told && bad_told == 0)
            std::fprintf(stderr, "warning: a sample was no number; it is replaced by the one before it\n");
        bad_told = engine.bad_values();
    }
    std::fprintf(stderr, "%llu frames, %llu decisions, %llu events", static_cast<unsigned long long>(frames),
                 static_cast<unsigned long long>(decided), static_cast<unsigned long long>(events));
    if (bad_told > 0) std::fprintf(stderr, ", %llu samples that were no numbers", static_cast<unsigned long long>(bad_told));
    std::fprintf(stderr, "\n");
    if (decided == 0 && !is_stopped()) {
        std::fprintf(stderr, "error: fewer than the %zu frames of one window came\n", facts.frames);
        return 1;
    }
    return 0;
}

}  // namespace runner

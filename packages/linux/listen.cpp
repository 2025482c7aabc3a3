#include "listen.hpp"

#include "json.hpp"
#include "rate_watch.hpp"
#include "stop.hpp"

#include <cstdio>

namespace runner {

namespace {

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
    RateWatch watch(facts.rate_hz, source.is_live() && source.rate_hz() == 0 && !options.any_rate);
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

#include "app/listen/calibration.hpp"

#include <algorithm>
#include <cmath>

namespace mote::app::listen {

namespace {

constexpr std::size_t most_frontier_points = 12;
constexpr std::size_t both_halves = 2;
constexpr std::size_t most_mistaken = 20;

using Counts = std::map<std::pair<std::string, std::string>, std::uint64_t>;  // by recording and label

std::vector<Mistaken> most_often(const Counts& counts) {
    std::vector<Mistaken> out;
    for (const auto& [key, times] : counts) out.push_back({key.first, key.second, times});
    std::stable_sort(out.begin(), out.end(), [](const Mistaken& a, const Mistaken& b) { return a.times > b.times; });
    if (out.size() > most_mistaken) out.resize(most_mistaken);
    return out;
}

StreamInfo describe(std::string_view split, const Stream& stream, std::size_t decisions) {
    StreamInfo info;
    info.split = split, info.hours = stream.hours(), info.decisions = decisions, info.events = stream.truth().size();
    info.event_recordings = stream.event_recordings(), info.background_recordings = stream.background_recordings();
    info.background_minutes = stream.background_minutes();
    return info;
}

}  // namespace

Calibrator::Calibrator(const Finished& finished, const Config& config, std::filesystem::path cache, Context& context)
    : finished_(finished), config_(config), cache_(std::move(cache)), context_(context), schedule_(plan(config.listen).stream) {}

codegen::ListenPlan Calibrator::plan(const codegen::Listen& settings) const {
    return codegen::plan_listening(settings, *finished_.features.prepared, finished_.features.input, finished_.int8_model.output(),
                                   finished_.record.labels);
}

std::int64_t Calibrator::tolerance(double tolerance_ms) const {
    const auto& input = finished_.features.input;
    return tolerance_ms > 0 ? std::llround(tolerance_ms * input.rate_hz / 1000) : static_cast<std::int64_t>(input.frames);
}

Heard Calibrator::listen(std::string_view split, const StreamSettings& settings, const std::filesystem::path& background,
                         std::size_t half) {
    Material material = split_material(finished_.plan, split, codegen::background_labels(config_.listen, finished_.record.labels));
    if (!background.empty()) {
        add_folder(material, background, cache_ / "background", *context_.progress, *context_.cancel);
        auto& added = material.background.back();
        if (half < both_halves) {
            const auto is_other = [&](const Clip& clip) { return clip.data->samples()[clip.sample].object[0] % 2 != half; };
            std::erase_if(added, is_other);
            if (added.empty()) material.background.pop_back();
        }
    }
    Heard heard;
    heard.stream = std::make_shared<const Stream>(std::move(material), settings);
    heard.scores = score_stream(*heard.stream, finished_.features, finished_.int8_model, schedule_, cache_ / "outputs", *context_.progress,
                                *context_.cancel);
    heard.info = describe(split, *heard.stream, heard.scores.count());
    return heard;
}

Point Calibrator::judge(const codegen::Listen& settings, const Heard& heard, double tolerance_ms) {
    return listen::judge(settings, heard.scores, schedule_, *heard.stream, plan(settings), tolerance(tolerance_ms));
}

Mistakes Calibrator::mistakes(const codegen::Listen& settings, const Heard& heard, double tolerance_ms) {
    const Tally t = tally(detect(heard.scores, schedule_, plan(settings)), *heard.stream, tolerance(tolerance_ms));
    // What was heard lies in the middle of what the detector averaged over.
    const auto back = static_cast<std::int64_t>(finished_.features.input.frames / 2) +
                      std::llround(settings.smoothing_ms / 2 * finished_.features.input.rate_hz / 1000);
    Counts accepted, missed;
    const auto count = [&](Counts& counts, std::int64_t frame, int label) {
        ++counts[{heard.stream->recording_at(std::max<std::int64_t>(0, frame)), finished_.record.labels[static_cast<std::size_t>(label)]}];
    };
    for (const Detection& d : t.wrong) count(accepted, d.frame - back, d.label);
    for (const Truth& event : t.missed) count(missed, event.begin, event.label);
    return {most_often(accepted), most_often(missed)};
}

std::vector<Point> Calibrator::sweep(const Grid& grid, const Heard& heard, double tolerance_ms) {
    return listen::sweep(
        grid, config_.listen, heard.scores, schedule_, *heard.stream, [this](const codegen::Listen& settings) { return plan(settings); },
        tolerance(tolerance_ms), *context_.progress, *context_.cancel);
}

std::vector<Point> frontier(const std::vector<Point>& points, std::size_t most) {
    std::map<std::uint64_t, std::vector<Point>> by_false_accepts;
    for (const Point& point : points) by_false_accepts[point.false_accepts].push_back(point);
    std::vector<Point> out;
    for (const auto& [count, group] : by_false_accepts) {
        const Point& best = group[propose(group, 0)];
        if (out.empty() || best.false_rejects < out.back().false_rejects) out.push_back(best);
    }
    // The first ones are those that people choose among; of the rest, some show where it leads.
    const std::size_t dense = most / 2;
    if (out.size() <= most) return out;
    std::vector<Point> thinned(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(dense));
    for (std::size_t i = 0; i < most - dense; ++i) thinned.push_back(out[dense + i * (out.size() - 1 - dense) / (most - dense - 1)]);
    return thinned;
}

Calibration calibrate(const Finished& finished, const Config& config, const CalibrationOptions& options,
                      const std::optional<codegen::Listen>& wanted, const std::filesystem::path& cache, Context& context) {
    Calibrator calibrator(finished, config, cache, context);
    const auto& input = finished.features.input;
    const double window_ms = 1000 * static_cast<double>(input.frames) / input.rate_hz;
    const bool has_test = options.split != store::split_test && !finished.plan.test.empty();
    const bool halves = has_test && !options.background.empty() && options.test_background.empty();
    const Heard heard = calibrator.listen(options.split, options.stream, options.background, halves ? 0 : both_halves);
    Calibration out;
    out.stream = heard.info;
    out.points = calibrator.sweep(usual_grid(config.listen.stride_ms, window_ms), heard, options.tolerance_ms);
    out.frontier = frontier(out.points, most_frontier_points);
    out.chosen = wanted ? calibrator.judge(*wanted, heard, options.tolerance_ms) : out.points[propose(out.points, options.limit)];
    out.keeps_limit = out.chosen.false_accepts_per_hour <= options.limit;
    codegen::Listen chosen = config.listen;
    chosen.smoothing_ms = out.chosen.smoothing_ms, chosen.threshold = out.chosen.threshold;
    chosen.minimum_ms = out.chosen.minimum_ms, chosen.suppression_ms = out.chosen.suppression_ms;
    out.last_stream = heard.stream;
    out.mistakes = calibrator.mistakes(chosen, heard, options.tolerance_ms);
    if (!has_test) return out;
    StreamSettings settings = options.stream;
    if (options.test_hours > 0) settings.hours = options.test_hours;
    const Heard test =
        calibrator.listen(store::split_test, settings, halves ? options.background : options.test_background, halves ? 1 : both_halves);
    out.test = calibrator.judge(chosen, test, options.tolerance_ms);
    out.test_stream = test.info, out.last_stream = test.stream;
    return out;
}

}  // namespace mote::app::listen

#include "app/listen/on_target.hpp"

#include "app/listen/host_listener.hpp"
#include "app/measurement.hpp"
#include "base/files.hpp"
#include "board/board.hpp"
#include "target/stream_run.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mote::app::listen {

namespace {

std::vector<float> as_values(std::span<const std::byte> bytes, store::SampleType type) {
    std::vector<float> values(bytes.size() / store::size_of(type));
    const auto convert = [&](auto kind) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            decltype(kind) value;
            std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
            values[i] = static_cast<float>(value);
        }
    };
    if (type == store::SampleType::i16) convert(std::int16_t{});
    if (type == store::SampleType::u8) convert(std::uint8_t{});
    if (type == store::SampleType::f32) convert(float{});
    return values;
}

/// What the host hears, in the form of the emulator's answer.
target::StreamRun on_host(const Finished& finished, const codegen::ListenPlan& plan, std::span<const float> values) {
    HostListener listener(finished.features, finished.int8_model, plan);
    std::vector<Decision> decisions;
    listener.listen(values, decisions);
    target::StreamRun run;
    for (const Decision& decision : decisions) {
        run.outputs.insert(run.outputs.end(), decision.outputs.begin(), decision.outputs.end());
        if (decision.event < 0) continue;
        const auto label = static_cast<std::uint32_t>(decision.event);
        run.events.push_back({label, decision.probabilities[label], decision.frame});
    }
    return run;
}

}  // namespace

TargetCheck check_on_target(const Session& session, const Finished& finished, const codegen::Listen& settings,
                            const std::string& board_name, const Stream& stream, double minutes, Context& context) {
    const board::Board board = board::find_board(board_name, session.project.folder());
    codegen::Pipeline pipeline = device_pipeline(finished, board.core, 0);
    pipeline.listen = settings;
    const base::TemporaryFolder folder("mote-listen");
    const codegen::Emission emission = codegen::emit(pipeline, folder.path() / "model");
    const dsp::InputSpec& input = stream.input();
    const std::int64_t frames = std::min<std::int64_t>(stream.frames(), std::llround(minutes * 60 * input.rate_hz));
    base::Bytes signal(static_cast<std::size_t>(frames) * emission.frame_bytes);
    stream.read(stream.frames() - frames, signal);
    const target::StreamRun host = on_host(finished, emission.listen, as_values(signal, input.type));
    context.progress->begin("listening in the emulator", 0);
    const auto schedule = target::even_schedule(emission.listen.stream, static_cast<std::uint64_t>(frames));
    const target::StreamRun chip = target::run_stream(emission, board, signal, schedule, {false, context.cancel});
    context.progress->end();
    TargetCheck check;
    check.target = board.name, check.title = board.title, check.seconds = static_cast<double>(frames) / input.rate_hz;
    check.decisions = chip.outputs.size() / finished.int8_model.output().count(), check.events = chip.events.size();
    check.differing_outputs = count_differences(std::as_bytes(std::span(chip.outputs)), std::as_bytes(std::span(host.outputs)));
    const auto lacks = [](const auto& some, const auto& others) {
        return std::count_if(some.begin(), some.end(),
                             [&](const auto& e) { return std::find(others.begin(), others.end(), e) == others.end(); });
    };
    check.differing_events = static_cast<std::uint64_t>(lacks(chip.events, host.events) + lacks(host.events, chip.events));
    return check;
}

}  // namespace mote::app::listen
